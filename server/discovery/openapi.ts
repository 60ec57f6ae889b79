export const openApi = (_q: object, _r: object): { code: number; headers: Record<string, string>; body: string | Buffer } | undefined => undefined
