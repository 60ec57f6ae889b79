import type { NodeAccess } from '../../../api/node-access.ts'
import type { KubeObject } from '../../../api/object.ts'
import type { Action, ActionRequest, ActionTools } from '../../../server/actions/action.ts'
import { createTokenReader } from '../../../server/stages/authenticate.ts'
import { createServiceAccountTokens } from '../../../server/stages/service-account-tokens.ts'
import type { StatusError } from '../../../api/status.ts'
import { createWorld } from '../admission/world.ts'
import { storeOfRoles } from '../authorization/store-of-roles.ts'

/** Runs actions against a small world, without a server around them. */
export function createBench(...objects: Parameters<typeof createWorld>) {
  const { world, clock, put } = createWorld(...objects)
  const removed: { name: string; options: object }[] = []
  const serviceAccountTokens = createServiceAccountTokens({ world, clock, random: world.random })
  let nodes: NodeAccess = { async * logs() {} }
  const roles = storeOfRoles()
  const tools = {
    authorizer: roles.authorizer, world, clock, serviceAccountTokens, readToken: createTokenReader([], serviceAccountTokens),
    nodes: { logs: (...asked: Parameters<NodeAccess['logs']>) => nodes.logs(...asked) },
    deletion: { remove: async (name: string, { options }: { options: object }) => { removed.push({ name, options }) } },
    readBody: async (request: ActionRequest) => Object.assign({ metadata: {} }, (request.body as { object: KubeObject }).object),
  } as unknown as ActionTools

  async function run(action: Action, name: string | undefined, body: object = {},
    { query = '', ...more }: Partial<Omit<ActionRequest, 'query'>> & { query?: string } = {}) {
    const warnings: string[] = []
    const request: ActionRequest = {
      verb: 'create', method: 'POST', path: '', query: new URLSearchParams(query), namespace: action.namespaced ? 'n'
        : undefined, name,
      group: action.group, version: action.version, plural: action.plural, subresource: action.subresource, rest: '',
        userAgent: 'test/1',
      user: { name: 'me', groups: ['system:masters', 'system:authenticated'] }, body: { object: structuredClone(body) },
        signal: new AbortController().signal,
      warnings, ...more,
    }
    return { answer: await action.run(request, tools), warnings }
  }
  /** The object answered, or the Status of the refusal. */
  async function status(...asked: Parameters<typeof run>): Promise<Record<string, any>> {
    try {
      const { answer } = await run(...asked)
      return (answer as { object: object }).object
    } catch (error) {
      return (error as StatusError).status
    }
  }
  return { world, clock, put, roles, tools, removed, run, status, set nodes(access: NodeAccess) { nodes = access } }
}
