import { createServer, request as sendRequest, type IncomingMessage } from 'node:http'
import { duplexPair, type Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { rewriteHtml } from '../../../server/streams/rewrite-html.ts'
import { rewriteUrl } from '../../../server/streams/rewrite-url.ts'
import { upgradeProxy } from '../../../server/streams/proxy.ts'

test('a connection that a pod upgrades carries bytes both ways', async () => {
  const pod = createServer()
  pod.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: ${request.headers.upgrade}\r\nx-path: ${request.url}\r\n\r\n`)
    socket.on('data', (part: Buffer) => socket.write(part.toString().toUpperCase()))
  })
  const [near, far] = duplexPair()
  const server = createServer()
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    void upgradeProxy(request, socket, head, { type: 'proxy', path: '/chat', host: '10.0.0.1', secure: false, dial: async () => {
      const [inside, outside] = duplexPair()
      pod.emit('connection', outside)
      return inside
    } })
  })
  server.emit('connection', far)
  const sent = sendRequest({ path: '/somewhere?a=b', createConnection: () => near as never, headers: { connection: 'Upgrade', upgrade: 'chat' } })
  const said = await new Promise<string>((resolve, reject) => {
    sent.on('error', reject).on('upgrade', (answer, socket) => {
      expect(answer.headers).toMatchObject({ upgrade: 'chat', 'x-path': '/chat?a=b' })
      socket.once('data', (part: Buffer) => resolve(part.toString()))
      socket.write('hello')
    }).end()
  })
  expect(said).toBe('HELLO')
  near.destroy()
})

const rewriting = { prefix: '/api/proxy', host: '10.0.0.1:80', askedHost: 'localhost:8001' }
test.each([
  ['/a', '/api/proxy/a'], ['/a/', '/api/proxy/a/'], ['/', '/api/proxy/'], ['a/b', 'a/b'], ['', ''], ['#x', '#x'], ['?q=1', '?q=1'], ['/a?b=/c#d', '/api/proxy/a?b=/c#d'],
  ['http://10.0.0.1:80/a', '/api/proxy/a'], ['http://example.com/a', 'http://example.com/a'], ['//10.0.0.1:80/a', '/api/proxy/a'],
  ['http://localhost:8001/a', 'http://localhost:8001/api/proxy/a'], ['/api/proxy/a', '/api/proxy/a'], ['mailto:a@b', 'mailto:a@b'],
])('the link %j becomes %j', (url, seen) => { expect(rewriteUrl(url, rewriting)).toBe(seen) })

test.each([
  ['<A HREF=/x>x</A>', '<A HREF="[/x]">x</A>'], ["<img alt='>' src='/x'/>", '<img alt=\'>\' src="[/x]"/>'], ['<p title="/x">', '<p title="/x">'],
  ['<a href="/x?a&amp;b">', '<a href="[/x?a&amp;b]">'], ['<!-- <a href="/x"> -->', '<!-- <a href="/x"> -->'], ['<script src="/x">a < b; "<a href=/y>"</script><a href=/z>', '<script src="[/x]">a < b; "<a href=/y>"</script><a href="[/z]">'],
  ['<a disabled href>', '<a disabled href>'], ['a < b > c', 'a < b > c'], ['<a href="/x', '<a href="/x'],
])('of the page %s the links alone change', (page, seen) => { expect(rewriteHtml(page, url => `[${url}]`)).toBe(seen) })
