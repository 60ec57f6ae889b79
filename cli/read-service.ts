import { readFile } from 'node:fs/promises'
import { request } from 'node:https'
import type { Service } from '../api/schema/generated/types.ts'
import { credentialsOf } from './kubeconfig-file.ts'
import { filesOf } from './state.ts'

/** Reads one Service over HTTPS with the cluster's own credentials; undefined when there is none. */
export async function readService(cluster: string, namespace: string, name: string): Promise<Service | undefined> {
  const { server, caData, certificateData, keyData } = await credentialsOf(await readFile(filesOf(cluster).kubeconfig, 'utf8'))
  const decode = (data: string) => Buffer.from(data, 'base64')
  const url = new URL(`/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}`, server)
  return new Promise((resolve, reject) => {
    request(url, { ca: decode(caData), cert: decode(certificateData), key: decode(keyData), agent: false }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', part => { text += part }).on('error', reject).on('end', () => {
        if (response.statusCode === 404) return resolve(undefined)
        if (response.statusCode !== 200) return reject(new Error(`the API server answered ${response.statusCode}: ${text}`))
        resolve(JSON.parse(text) as Service)
      })
    }).on('error', reject).end()
  })
}
