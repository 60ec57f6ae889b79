import { secrets } from '../api/kinds/core/secrets.ts'
import { serviceAccounts } from '../api/kinds/core/serviceaccounts.ts'
import type { Client } from '../api/client.ts'
import { keyOf } from '../api/object.ts'
import type { Secret, ServiceAccount } from '../api/schema/generated/types.ts'
import { edit } from '../api/edit.ts'
import { isConflict, isNotFound } from '../api/status.ts'
import { watching, type Controller, type Tools } from './runtime/controller.ts'

const type = 'kubernetes.io/service-account-token'
const nameAnnotation = 'kubernetes.io/service-account.name', uidAnnotation = 'kubernetes.io/service-account.uid'

/** Signs a token for the Secret of this name. */
export type SecretToken = (account: Readonly<ServiceAccount>, secretName: string) => Promise<string>

const accountOf = ({ metadata }: Readonly<Secret>) => metadata.annotations?.[nameAnnotation]
const isToken = (secret: Readonly<Secret>) => secret.type === type && !!accountOf(secret)
const base64 = (text: string) => Buffer.from(text).toString('base64')

/**
 * Fills the Secrets that people make for the tokens of service accounts, and deletes them with their account
 * (tokens_controller.go, 1.36).
 */
export const tokensController = (certificate: string, sign: SecretToken): Controller => ({
  name: 'serviceaccount-token-controller',
  watches: [
    watching(secrets, secret => (isToken(secret) ? [keyOf(secret)] : [])),
    watching(serviceAccounts, ({ metadata }, { informers }) => informers.of(secrets).list(metadata.namespace)
      .filter(secret => isToken(secret) && accountOf(secret) === metadata.name).map(keyOf)),
  ],
  async reconcile(key, tools) {
    const secret = tools.informers.of(secrets).get(key)
    if (!secret || !isToken(secret)) return
    const { name, namespace, uid, annotations } = secret.metadata
    const account = await findAccount(accountOf(secret)!, namespace!, annotations?.[uidAnnotation], tools)
    try {
      if (account) await fill(secret, account, { certificate, sign, client: tools.client })
      else await tools.client.delete(secrets, name, namespace, { preconditions: { uid } })
    } catch (error) {
      // Changed or gone meanwhile: there will be news of it.
      if (!isConflict(error) && !isNotFound(error)) throw error
    }
  },
})

/** The account that is meant, if it is still that one; a copy that is not up to date does not decide. */
async function findAccount(name: string, namespace: string, uid: string | undefined, { client, informers }: Tools) {
  const isMeant = (account: Readonly<ServiceAccount> | undefined) => account && (!uid || account.metadata.uid === uid)
  const known = informers.of(serviceAccounts).get(`${namespace}/${name}`)
  if (isMeant(known)) return known
  try {
    const live = await client.get(serviceAccounts, name, namespace)
    return isMeant(live) ? live : undefined
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

async function fill(
  secret: Readonly<Secret>, account: Readonly<ServiceAccount>, { certificate, sign, client }: { certificate: string; sign: SecretToken; client: Client },
): Promise<void> {
  const { data = {}, metadata: { name, namespace } } = secret
  const needsCertificate = data['ca.crt'] !== base64(certificate)
  if (!needsCertificate && data.namespace && data.token) return
  const token = data.token || base64(await sign(account, name))
  await client.update(secrets, edit(secret as Secret, draft => {
    draft.data = { ...data, 'ca.crt': base64(certificate), namespace: data.namespace || base64(namespace!), token }
    draft.metadata.annotations = {
      ...draft.metadata.annotations, [nameAnnotation]: account.metadata.name, [uidAnnotation]: account.metadata.uid,
    }
  }))
}
