import { defineImage, tagExists } from '../image.ts'
import type { Program } from '../program.ts'
import { clientOf, serveHttp } from './http.ts'
import { logTime, requestLine, serveSite } from './web-server.ts'

const newest = '2.4.66'
const titles: Readonly<Record<number, string>> = { 400: '400 Bad Request', 404: '404 Not Found', 405: '405 Method Not Allowed' }

/** Serves its document root on port 80 with Apache's headers and access log. Configuration files are not read. */
const program: Program = async process => {
  const version = /:(2\.\d+\.\d+)/.exec(process.container.image)?.[1] ?? newest
  if (process.argv.includes('-v')) {
    process.stdout(`Server version: Apache/${version} (Unix)\n`)
    return 0
  }
  process.stderr(`AH00558: httpd: Could not reliably determine the server's fully qualified domain name, `
    + `using ${process.network.ip}. Set the 'ServerName' directive globally to suppress this message\n`)
  const site = {
    root: '/usr/local/apache2/htdocs', server: `Apache/${version} (Unix)`,
    pages: { '/index.html': '<html><body><h1>It works!</h1></body></html>\n' },
    errorPage: (status: number) => '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n'
      + `<html><head>\n<title>${titles[status]}</title>\n</head><body>\n<h1>${titles[status].slice(4)}</h1>\n</body></html>\n`,
  }
  return serveHttp(process, [80], (request, response) => {
    const { status, bytes } = serveSite(process, site, request, response)
    process.stdout(`${clientOf(request)} - - [${logTime(process.clock.now())}] "${requestLine(request)}" ${status} ${bytes}\n`)
  })
}

export const httpd = defineImage({
  repositories: ['httpd'],
  hasTag: tagExists({ channels: ['latest'], newest, variants: ['alpine', 'bookworm', 'bullseye', 'trixie'] }),
  command: ['httpd-foreground'], programs: ['httpd', 'httpd-foreground'],
  size: 45_100_000,
  program,
})
