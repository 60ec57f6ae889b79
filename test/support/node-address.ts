let count = 0

/**
 * An address for node ports that no other cluster of the tests uses, so that labs with fixed node ports run side by side: on
 * Linux all of 127.0.0.0/8 is this machine. Elsewhere there is only the one.
 */
export function nodeAddress(): string {
  return process.platform === 'linux' ? `127.${1 + process.pid % 250}.${1 + Math.floor(process.pid / 250) % 250}.${1 + count++ % 250}` : '127.0.0.1'
}
