/** What an autoscaler remembers from one look to the next. */
export interface Recommendation { replicas: number; at: number }
/** How many replicas a change added or took away. */
export interface ScaleEvent { change: number; at: number }

export interface History {
  /** Before stabilisation. */
  recommendations: readonly Recommendation[]
  ups: readonly ScaleEvent[]
  downs: readonly ScaleEvent[]
}

/** At its first look at a target it takes the replicas that are there for its recommendation so far. */
export const beginHistory = (currentReplicas: number, now: number): History =>
  ({ recommendations: [{ replicas: currentReplicas, at: now }], ups: [], downs: [] })

/** Entries younger than a period of seconds. */
export const within = <T extends { at: number }>(entries: readonly T[], seconds: number, now: number): T[] =>
  entries.filter(({ at }) => at > now - seconds * 1000)

/** One more recommendation; those that no window can reach any more are forgotten. */
export function recommended(history: History, replicas: number, longestWindow: number, now: number): History {
  const young = history.recommendations.filter(({ at }) => at >= now - longestWindow * 1000)
  return { ...history, recommendations: [...young, { replicas, at: now }] }
}

/** A change was made; those before that no policy looks at any more are forgotten. */
export function scaled(history: History, change: number, longestPeriod: { up: number; down: number }, now: number): History {
  const added = (events: readonly ScaleEvent[], seconds: number) =>
    [...events.filter(({ at }) => at >= now - seconds * 1000), { change: Math.abs(change), at: now }]
  return change > 0 ? { ...history, ups: added(history.ups, longestPeriod.up) }
    : { ...history, downs: added(history.downs, longestPeriod.down) }
}
