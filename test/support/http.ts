import { Agent, get } from 'node:http'

export interface Answer { status: number; body: string; reused: boolean }

/** One request; over a connection of its own unless an agent keeps one alive. */
export function fetchOnce(url: string, agent: Agent | false = false): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, timeout: 5_000 }, response => {
      let body = ''
      response.setEncoding('utf8').on('data', part => { body += part }).on('error', reject)
        .on('end', () => resolve({ status: response.statusCode!, body, reused: request.reusedSocket }))
    })
    request.on('timeout', () => request.destroy(new Error('no answer within 5 s'))).on('error', reject)
  })
}

/** What the lab's services answer. */
export interface ServiceAnswer { service: string; version: string; message: string; pod: string }

export interface Stream {
  answers: ServiceAnswer[]
  failures: string[]
  stop(): Promise<void>
}

/** A steady stream of requests, each over a new connection, `lanes` at a time, until stopped. */
export function streamOf(url: string, lanes = 2): Stream {
  const answers: ServiceAnswer[] = [], failures: string[] = []
  let stopped = false
  const lane = async () => {
    while (!stopped) {
      try {
        const { status, body } = await fetchOnce(url)
        if (status === 200) answers.push(JSON.parse(body) as ServiceAnswer)
        else failures.push(`${status} ${body}`)
      } catch (error) {
        failures.push(String(error))
      }
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  const all = Promise.all(Array.from({ length: lanes }, lane))
  return { answers, failures, stop: async () => { stopped = true; await all } }
}
