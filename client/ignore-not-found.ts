import { isNotFound } from '../api/status.ts'

/** For `catch` after a deletion: what is gone already is as good as deleted. */
export function ignoreNotFound(error: unknown): undefined {
  if (!isNotFound(error)) throw error
}
