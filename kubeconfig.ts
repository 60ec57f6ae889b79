/** Text of a kubeconfig with one cluster, one user and one current context, all three of the same name. PEM goes in, base64 is written. */
export function writeKubeconfig({ name, url, ca, cert, key }: { name: string; url: string; ca: string; cert: string; key: string }): string {
  const base64 = (pem: string) => Buffer.from(pem).toString('base64'), quoted = JSON.stringify(name)
  return `apiVersion: v1
kind: Config
preferences: {}
clusters:
- name: ${quoted}
  cluster:
    server: ${url}
    certificate-authority-data: ${base64(ca)}
users:
- name: ${quoted}
  user:
    client-certificate-data: ${base64(cert)}
    client-key-data: ${base64(key)}
contexts:
- name: ${quoted}
  context:
    cluster: ${quoted}
    user: ${quoted}
current-context: ${quoted}
`
}
