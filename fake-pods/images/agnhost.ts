import { defineImage } from '../image.ts'
import { answer, clientOf, pathOf, serveHttp, aborted } from './http.ts'

const queryOf = (url = '') => new URLSearchParams(url.slice(url.indexOf('?') + 1))

/** Of agnhost's many commands: netexec, serve-hostname and pause. Others are refused by name. */
export const agnhost = defineImage({
  repositories: ['registry.k8s.io/e2e-test-images/agnhost', 'k8s.gcr.io/e2e-test-images/agnhost'],
  entrypoint: ['/agnhost'], command: ['pause'], programs: ['/agnhost', 'agnhost'],
  size: 51_000_000,
  async program(process) {
    const command = process.argv[1] ?? 'pause'
    const { pod } = process.container
    const flag = process.argv.join(' ').match(/--?(?:http-)?port[= ](\d+)/)
    if (command === 'pause') {
      process.stdout('Paused\n')
      await aborted(process.signal)
      return 0
    }
    if (command === 'serve-hostname') {
      return serveHttp(process, [flag ? Number(flag[1]) : 9376], (_request, response) => answer(response, 200, 'text/plain', pod))
    }
    if (command === 'netexec') {
      const port = flag ? Number(flag[1]) : 8080
      process.stdout(`Started HTTP server on port ${port}\n`)
      return serveHttp(process, [port], (request, response) => {
        switch (pathOf(request)) {
          case '/hostname': case '/hostName': return answer(response, 200, 'text/plain', pod)
          case '/clientip': return answer(response, 200, 'text/plain', `${clientOf(request)}:0`)
          case '/healthz': return answer(response, 200, 'text/plain', '')
          case '/echo': return answer(response, 200, 'text/plain', queryOf(request.url).get('msg') ?? '')
          default: return answer(response, 200, 'text/plain', `NOW: ${process.clock.now().toISOString()}`)
        }
      })
    }
    process.stderr(`agnhost: the command ${JSON.stringify(command)} is not simulated (netexec, serve-hostname and pause are)\n`)
    return 1
  },
})
