/** Who is asking, as authentication found it (upstream: user.Info). */
export interface UserInfo {
  name: string
  uid?: string
  groups: readonly string[]
  extra?: Readonly<Record<string, readonly string[]>>
}

/** In-process clients: the control plane itself. */
export const systemUser = (name: string): UserInfo => ({ name, groups: ['system:masters', 'system:authenticated'] })
