import { expect, test } from 'vitest'
import { ManualClock } from '../../clock.ts'
import { bareNetwork, logOf, runImage } from './support.ts'

const run = async (script: string, env?: Record<string, string>) => {
  const running = runImage('busybox', { command: ['sh', '-c', script], env })
  const { code } = await running.exited
  return { code, log: await logOf(running) }
}

test.each([
  ['exit 3', 3, ''],
  ['false', 1, ''],
  ['true && echo yes', 0, 'yes\n'],
  ['false && echo no; echo after', 0, 'after\n'],
  ['echo hello; exit 4', 4, 'hello\n'],
  ['echo \'a  b\' "c d"', 0, 'a  b c d\n'],
  ['for i in 1 2 3; do echo line $i; done', 0, 'line 1\nline 2\nline 3\n'],
  ['i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done', 0, '0\n1\n2\n'],
  ['i=0; while true; do i=$((i+1)); if [ $i = 3 ]; then break; fi; done; echo $i', 0, '3\n'],
  ['set -e; false; echo never', 1, ''],
  ['set -e; if false; then echo a; else echo b; fi', 0, 'b\n'],
  ['echo $GREETING | tr a-z A-Z', 0, 'HELLO\n'],
  ['f() { echo in $1; }; f x; f y', 0, 'in x\nin y\n'],
  ['echo data > /tmp/f && cat /tmp/f', 0, 'data\n'],
  ['nosuchcommand', 127, 'bash: nosuchcommand: command not found\n'],
  ['until false; do echo once; break; done', 0, 'once\n'],
  ['(exit 7); echo $?', 0, '7\n'],
  ['exec echo done', 0, 'done\n'],
])('sh -c %j ends with %i', async (script, code, log) => {
  expect(await run(script, { GREETING: 'hello' })).toEqual({ code, log })
})

test('a loop that sleeps shows its lines as they come, and ends on SIGTERM', async () => {
  const clock = new ManualClock()
  const running = runImage('busybox', { command: ['sh', '-c', 'while true; do echo tick; sleep 5; done'], clock })
  while ((await logOf(running)) === '') await clock.advance(0)
  await clock.advance(5000)
  await clock.advance(5000)
  expect(await logOf(running)).toBe('tick\ntick\ntick\n')
  running.terminate()
  expect((await running.exited).code).toBe(143)
})

test('a trap decides how a script ends', async () => {
  const running = runImage('busybox', {
    command: ['sh', '-c', "trap 'echo bye; exit 0' TERM; echo up; while true; do sleep 1; done"],
  })
  while (!(await logOf(running)).includes('up')) await new Promise(resolve => setImmediate(resolve))
  running.terminate()
  expect((await running.exited).code).toBe(0)
  expect(await logOf(running)).toBe('up\nbye\n')
})

test('sleep ends on SIGTERM with 143 and on SIGKILL with 137', async () => {
  const first = runImage('busybox', { command: ['sleep', '3600'] })
  first.terminate()
  expect((await first.exited).code).toBe(143)
  const second = runImage('busybox', { args: ['sh', '-c', "trap '' TERM; sleep 3600"] })
  second.kill()
  expect((await second.exited).code).toBe(137)
})

test('a command that the image does not have ends with the words of the runtime', async () => {
  const running = runImage('busybox', { command: ['nosuch'] })
  expect(await running.exited).toMatchObject({
    code: 128,
    reason: 'StartError',
    message: expect.stringContaining('exec: "nosuch": executable file not found in $PATH'),
  })
})

test('busybox without a command finds no input and ends', async () => {
  expect((await runImage('busybox').exited).code).toBe(0)
})

test('with standard input open it waits for it', async () => {
  const running = runImage('busybox', { stdin: true })
  let over = false
  void running.exited.then(() => {
    over = true
  })
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
  expect(over).toBe(false)
  running.terminate()
  expect((await running.exited).code).toBe(143)
})

test.each(["trap '' TERM; while true; do sleep 1; done", 'while true; do :; done'])(
  'nothing of %j goes on after SIGKILL',
  async script => {
    const running = runImage('busybox', { command: ['sh', '-c', `echo up; ${script}; echo never`] })
    while (!(await logOf(running)).includes('up')) await new Promise(resolve => setImmediate(resolve))
    running.kill()
    expect((await running.exited).code).toBe(137)
  },
)

test('commands beside the program see its files', async () => {
  const running = runImage('busybox', { args: ['sh', '-c', 'touch /tmp/healthy; sleep 3600'] })
  const probe = async () => (await running.exec(['cat', '/tmp/healthy'], new AbortController().signal)).code
  while ((await probe()) !== 0) await new Promise(resolve => setImmediate(resolve))
  await running.exec(['rm', '-rf', '/tmp/healthy'], new AbortController().signal)
  expect(await probe()).toBe(1)
  running.kill()
})

test('wget and curl reach other pods and say why they do not', async () => {
  const network = bareNetwork()
  const web = runImage('hashicorp/http-echo', { args: ['-text=hi there', '-listen=:80'], network, ip: '10.244.0.3' })
  const client = async (...args: string[]) => {
    const running = runImage('busybox', { args, network, ip: '10.244.0.4' })
    const { code } = await running.exited
    return { code, log: await logOf(running) }
  }
  expect(await client('wget', '-qO-', 'http://10.244.0.3')).toEqual({ code: 0, log: 'hi there\n' })
  expect(await client('curl', '-s', '10.244.0.3:80/')).toEqual({ code: 0, log: 'hi there\n' })
  expect(await client('sh', '-c', 'wget -qO- 10.244.0.3 | grep -c there')).toEqual({ code: 0, log: '1\n' })
  expect(await client('wget', '-qO-', 'http://10.244.0.9')).toEqual({
    code: 1,
    log: "wget: can't connect to remote host: Connection refused\n",
  })
  expect((await client('nslookup', 'unknown')).code).toBe(1)
  web.kill()
})
