import { expect, test } from 'vitest'
import type { Probe } from '../../api/schema/generated/types.ts'
import { ManualClock } from '../../clock.ts'
import { runProbe, type ProbeTarget } from '../../fake-pods/probe.ts'
import { startProbing, type ProbeKind } from '../../fake-pods/prober.ts'
import { bareNetwork, runImage } from './support.ts'

const network = bareNetwork()
const target = (running: ReturnType<typeof runImage>): ProbeTarget => ({
  container: { name: 'web', ports: [{ name: 'http', containerPort: 80 }] },
  network: { ip: '10.244.0.2', dial: hostPort => network.dial(hostPort, { namespace: 'default', ip: '10.244.0.2' }) },
  exec: (argv, signal) => running.exec(argv, signal),
})

test('probes run for real against the program', async () => {
  const running = runImage('nginx', { network }),
    on = target(running),
    clock = new ManualClock()
  const probe = (spec: Probe) => runProbe(spec, on, clock)
  expect((await probe({ httpGet: { path: '/', port: 'http' } })).result).toBe('success')
  expect(await probe({ httpGet: { path: '/no', port: 80 } })).toEqual({
    result: 'failure',
    output: 'HTTP probe failed with statuscode: 404',
  })
  expect(await probe({ httpGet: { path: '/x', port: 81 } })).toEqual({
    result: 'failure',
    output: 'Get "http://10.244.0.2:81/x": dial tcp 10.244.0.2:81: connect: connection refused',
  })
  expect((await probe({ httpGet: { port: 80, scheme: 'HTTPS' } })).output).toBe(
    'Get "https://10.244.0.2:80": http: server gave HTTP response to HTTPS client',
  )
  expect((await probe({ httpGet: { port: 'none' } })).result).toBe('unknown')
  expect((await probe({ tcpSocket: { port: 80 } })).result).toBe('success')
  expect((await probe({ tcpSocket: { port: 81 } })).output).toBe('dial tcp 10.244.0.2:81: connect: connection refused')
  expect((await probe({ exec: { command: ['true'] } })).result).toBe('success')
  expect(await probe({ exec: { command: ['sh', '-c', 'echo no; exit 2'] } })).toEqual({ result: 'failure', output: 'no\n' })
  expect((await probe({ grpc: { port: 80 } })).output).toContain('not simulated')
  const slow = probe({ exec: { command: ['sleep', '5'] }, timeoutSeconds: 2 })
  await clock.advance(2000)
  expect(await slow).toEqual({ result: 'failure', output: 'command timed out: "sleep 5" timed out after 2s' })
  running.kill()
})

/** Verdicts of a probe whose outcomes are given, by the second they came at. */
async function verdicts(kind: ProbeKind, probe: Probe, outcomes: string, seconds: number, pace = 1): Promise<string[]> {
  const clock = new ManualClock(new Date(0)),
    told: string[] = []
  let i = 0
  const stop = startProbing({
    kind,
    probe: { ...probe, exec: { command: ['x'] } },
    clock,
    pace,
    sinceBegin: 0,
    report: () => {},
    target: {
      container: { name: 'web' },
      network: { ip: '', dial: () => Promise.reject(new Error()) },
      exec: async () => ({ code: outcomes[i++] === '+' ? 0 : 1, output: '' }),
    },
    onVerdict: healthy => told.push(`${healthy ? 'ready' : 'failed'} at ${clock.now().getTime() / 1000}`),
  })
  await clock.advance(seconds * 1000)
  stop()
  return told
}

test.each<[ProbeKind, Probe, string, string[]]>([
  ['Readiness', { periodSeconds: 2 }, '--+++', ['ready at 4']],
  ['Readiness', { periodSeconds: 2, failureThreshold: 3 }, '+-+---+', ['ready at 0', 'failed at 10', 'ready at 12']],
  ['Readiness', { periodSeconds: 5, initialDelaySeconds: 7 }, '++', ['ready at 10']],
  ['Readiness', { periodSeconds: 1, successThreshold: 3 }, '++++', ['ready at 2']],
  ['Liveness', { periodSeconds: 3, failureThreshold: 2 }, '+--', ['ready at 3', 'failed at 9']],
  ['Startup', { periodSeconds: 1, failureThreshold: 3 }, '--+', ['ready at 3']],
  ['Startup', { periodSeconds: 1, failureThreshold: 2 }, '--+', ['failed at 2']],
])('%s %j with the outcomes %s', async (kind, probe, outcomes, expected) => {
  expect(await verdicts(kind, probe, outcomes, outcomes.length * (probe.periodSeconds ?? 1) + 1)).toEqual(expected)
})

test('at instant pace a probe neither waits at first nor between successes', async () => {
  expect(await verdicts('Readiness', { periodSeconds: 10, initialDelaySeconds: 30, successThreshold: 2 }, '++', 0, 0)).toEqual([
    'ready at 0',
  ])
})
