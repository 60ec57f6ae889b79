import type { IncomingMessage } from 'node:http'
import type { Api } from './api.ts'

export interface JsonEvent { type: string; object: any }

/** The events of a watch in JSON as they come. */
export async function * readEvents(response: IncomingMessage): AsyncIterable<JsonEvent> {
  let rest = ''
  response.setEncoding('utf8')
  for await (const chunk of response as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    for (const line of lines) yield JSON.parse(line)
  }
}

/** All events of a watch up to the first that is the last one wanted. */
export async function eventsOf(api: Api, path: string, isLast: (event: JsonEvent) => boolean,
  accept?: string): Promise<JsonEvent[]> {
  const response = await api.open('GET', path, { accept })
  const events: JsonEvent[] = []
  for await (const event of readEvents(response)) {
    events.push(event)
    if (isLast(event) || event.type === 'ERROR') break
  }
  response.destroy()
  return events
}
