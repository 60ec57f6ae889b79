import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { parseDocument } from 'yaml'
import { namespaces } from '../../../api/kinds/core/namespaces.ts'
import { ManualClock } from '../../../clock.ts'
import { inBackground, type Background } from '../../support/background.ts'
import { startTestCluster, type TestCluster } from '../../support/cluster.ts'
import { kubectlPath, withoutKubectl } from '../../support/kubectl.ts'
import { run, type Finished } from '../../support/run.ts'

/** The folder in which the page is followed: its manifests. */
const folder = fileURLToPath(new URL('../../../fixtures/labs/deployment-page/', import.meta.url))

if (withoutKubectl) console.log(`The page on Deployments is skipped: ${withoutKubectl}.`)

/** Cases of a section of the page; they are skipped where there is no kubectl. */
export const section = describe.skipIf(withoutKubectl)

/** A terminal in a namespace of its own. */
export interface Terminal {
  /** Runs a line that starts with kubectl, as on the page, and gives what it printed; fails unless it ends with 0. */
  (line: string, input?: string): Promise<string>
  /** Runs a line whatever comes of it. */
  attempt(line: string, options?: { input?: string; env?: NodeJS.ProcessEnv }): Promise<Finished>
  /** Runs a line that has to fail, and gives what it complained of. */
  refusal(line: string, input?: string): Promise<string>
  /** The words of each line, without the head of the table. */
  rows(line: string): Promise<string[][]>
  /** What `kubectl get WHAT -o jsonpath=PATH` prints. */
  read(what: string, path: string): Promise<string>
  /** Runs `kubectl patch`, and gives what it printed. */
  patch(what: string, body: unknown, type?: 'strategic' | 'merge' | 'json'): Promise<string>
  /** Runs `kubectl patch` that has to fail, and gives what it complained of. */
  refusedPatch(what: string, body: unknown, type?: 'strategic' | 'merge' | 'json'): Promise<string>
  /** Runs a line in the background, as in a second terminal. */
  leaveRunning(line: string): Background
  namespace: string
}

export interface Page {
  readonly cluster: TestCluster
  open(): Promise<Terminal>
  /** A terminal where the page's first Deployment is rolled out. */
  started(): Promise<Terminal>
}

type Options = NonNullable<Parameters<typeof startTestCluster>[0]>

/** One cluster for the cases of a file. */
export function onePage(options: Options = {}): Page {
  let cluster: TestCluster, count = 0
  beforeAll(async () => {
    if (!withoutKubectl) cluster = await startTestCluster({ simulationWarnings: false, ...options })
  })
  afterAll(() => cluster?.stop())
  const open = () => openTerminal(cluster, `case-${++count}`)
  return {
    get cluster() { return cluster },
    open,
    async started() {
      const $ = await open()
      await $('kubectl apply -f nginx-deployment.yaml')
      await $('kubectl rollout status deployment/nginx-deployment')
      return $
    },
  }
}

/** A page whose time stands still until a case moves it on. */
export interface PageInTime extends Page {
  pass(seconds: number): Promise<void>
  /** Lets time run until this is done, and gives what comes of it. */
  until<T>(job: Promise<T>): Promise<T>
}

/** Time stands still on this page until a case moves it on; pods take a lifelike time of this clock. */
export function onePageInTime(options: Options = {}): PageInTime {
  const clock = new ManualClock(), page = onePage({ speed: 1, ...options, clock })
  return {
    get cluster() { return page.cluster },
    open: page.open,
    started: page.started,
    pass: seconds => clock.advance(seconds * 1000),
    async until(job) {
      const over = new AbortController(), end = () => over.abort()
      job.then(end, end)
      while (!over.signal.aborted) await clock.advance(10)
      return job
    },
  }
}

async function openTerminal(cluster: TestCluster, namespace: string): Promise<Terminal> {
  await cluster.client.create(namespaces, { metadata: { name: namespace } } as never)
  const config = parseDocument(cluster.kubeconfig)
  config.setIn(['contexts', 0, 'context', 'namespace'], namespace)
  const kubeconfig = path.join(cluster.folder, namespace)
  await writeFile(kubeconfig, String(config), { mode: 0o600 })
  const env = { ...cluster.kubectl.env, KUBECONFIG: kubeconfig }

  const argumentsOf = (line: string) => {
    const [program, ...words] = wordsOf(line)
    if (program !== 'kubectl') throw new Error(`no line for kubectl: ${line}`)
    return words
  }
  const attempt: Terminal['attempt'] = (line, { input, env: more } = {}) =>
    run(kubectlPath!, argumentsOf(line), { cwd: folder, input, env: { ...env, ...more } })
  const patchLine = (what: string, body: unknown, type = 'strategic') =>
    `kubectl patch ${what} --type=${type} -p '${JSON.stringify(body)}'`
  const type = async (line: string, input?: string) => {
    const { code, stdout, stderr } = await attempt(line, { input })
    if (code !== 0) throw new Error(`${line} ended with ${code}:\n${stderr}${stdout}`)
    return stdout
  }
  const refusal = async (line: string, input?: string) => {
    const { code, stderr } = await attempt(line, { input })
    expect(code, line).not.toBe(0)
    return stderr
  }
  return Object.assign(type, {
    namespace,
    attempt,
    refusal,
    read: (what: string, jsonPath: string) => type(`kubectl get ${what} -o jsonpath='${jsonPath}'`),
    patch: (what: string, body: unknown, kind?: string) => type(patchLine(what, body, kind)),
    refusedPatch: (what: string, body: unknown, kind?: string) => refusal(patchLine(what, body, kind)),
    async rows(line: string) {
      const [, ...lines] = (await type(line)).trimEnd().split('\n')
      return lines.map(text => text.trimEnd().split(/ {2,}/))
    },
    leaveRunning: (line: string) => inBackground(kubectlPath!, argumentsOf(line), { env, cwd: folder }),
  })
}

/** A line's words as a shell takes them apart: at blanks, unless quotes hold them together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'))
}

/** What kubectl says when an object is refused: one complaint in the line, several below it. */
export const isInvalid = (name: string, ...complaints: string[]): string => `The Deployment "${name}" is invalid: ${
  complaints.length === 1 ? complaints[0] : complaints.map(complaint => `\n* ${complaint}`).join('')}\n`

/** A line of `kubectl rollout status`. */
export const isWaiting = (name: string, what: string): string => `Waiting for deployment "${name}" rollout to finish: ${what}...`

/** Asks again until the answer is as wanted: for what a controller does a moment later. */
export const eventually = <T>(ask: () => Promise<T>) => expect.poll(ask, { timeout: 10_000, interval: 30 })
