import { defineImage, tagExists } from '../image.ts'
import type { Program } from '../program.ts'
import { clientOf, serveHttp } from './http.ts'
import { logged, logTime, requestLine, serveSite } from './web-server.ts'

const newest = '1.31'

const welcome = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>This is a simulated nginx: it serves this page and what the pod mounts at /usr/share/nginx/html.</p>
</body>
</html>
`

const titles: Readonly<Record<number, string>> = { 400: '400 Bad Request', 404: '404 Not Found', 405: '405 Not Allowed' }

/** Serves its document root on port 80 with nginx's headers, error pages and access log. Configuration files are not read. */
const program: Program = async process => {
  const version = versionOf(process.container.image)
  if (process.argv.includes('-v') || process.argv.includes('-V')) {
    process.stderr(`nginx version: nginx/${version}\n`)
    return 0
  }
  if (process.argv.includes('-t')) {
    process.stderr('nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n'
      + 'nginx: configuration file /etc/nginx/nginx.conf test is successful\n')
    return 0
  }
  const notice = (text: string) => process.stderr(
    `${process.clock.now().toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')} [notice] 1#1: ${text}\n`)
  process.stdout('/docker-entrypoint.sh: Configuration complete; ready for start up\n')
  notice('using the "epoll" event method')
  notice(`nginx/${version}`)
  notice('start worker processes')
  const errorPage = (status: number) => `<html>\r\n<head><title>${titles[status]}</title></head>\r\n<body>\r\n`
    + `<center><h1>${titles[status]}</h1></center>\r\n<hr><center>nginx/${version}</center>\r\n</body>\r\n</html>\r\n`
  const site = {
    root: '/usr/share/nginx/html', server: `nginx/${version}`, errorPage,
    pages: { '/index.html': welcome },
  }
  const code = await serveHttp(process, [80], (request, response) => {
    const { status, bytes } = serveSite(process, site, request, response)
    const { referer, 'user-agent': agent } = request.headers
    process.stdout(`${clientOf(request)} - - [${logTime(process.clock.now())}] "${requestLine(request)}" ${status} ${bytes} `
      + `"${logged(referer)}" "${logged(agent)}" "-"\n`)
  })
  for (const line of ['signal 15 (SIGTERM) received, exiting', 'exiting', 'exit']) notice(line)
  return code
}

/** `nginx:1.16` runs the last patch level it knows; a tag without a version runs the newest. */
function versionOf(image: string): string {
  const version = /:v?(\d+(?:\.\d+)*)/.exec(image.slice(image.lastIndexOf('/') + 1))?.[1] ?? newest
  const parts = version.split('.')
  return parts.length === 1 ? `${newest}.0` : parts.length === 2 ? `${version}.0` : version
}

export const nginx = defineImage({
  repositories: ['nginx', 'public.ecr.aws/nginx/nginx', 'registry.k8s.io/nginx'],
  hasTag: tagExists({
    channels: ['latest', 'stable', 'mainline'], newest,
    variants: ['alpine', 'slim', 'perl', 'otel', 'bookworm', 'bullseye', 'buster', 'trixie', 'debian'],
  }),
  entrypoint: ['/docker-entrypoint.sh'], command: ['nginx', '-g', 'daemon off;'],
  programs: ['nginx', '/usr/sbin/nginx', 'nginx-debug'],
  env: { NGINX_VERSION: newest },
  size: 72_295_000,
  program,
})
