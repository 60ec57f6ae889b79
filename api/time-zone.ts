/** Whether a name of the IANA database is known; names are taken literally, as Go does with its files. */
export function isKnownTimeZone(name: string): boolean {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions()
    // Node takes any case; a name that comes back in another one was not written right. Offsets are no names.
    return !/^[+-]/.test(name) && (timeZone === name || timeZone.toLowerCase() !== name.toLowerCase())
  } catch {
    return false
  }
}
