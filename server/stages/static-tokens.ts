/** Bearer tokens that are known from the start: the file that kube-apiserver takes as `--token-auth-file`. */

export interface StaticToken { token: string; user: string; uid: string; groups: readonly string[] }

/** Reads lines of `token,user,uid,"group1,group2"`; throws when one has fewer than three columns. Empty tokens are left out. */
export function parseTokenFile(text: string, path: string): StaticToken[] {
  return readCsv(text).flatMap(record => {
    if (record.length < 3) {
      throw new Error(`token file '${path}' must have at least 3 columns (token, user name, user uid), found ${record.length}`)
    }
    const [token, user, uid, groups] = record
    return token === '' ? [] : [{ token, user, uid, groups: groups === undefined ? [] : groups.split(',') }]
  })
}

/** Comma-separated values with quotes; blank lines count for nothing. */
function readCsv(text: string): string[][] {
  const records: string[][] = []
  let record: string[] = [], field = '', quoted = false
  const endRecord = () => {
    if (record.length > 0 || field !== '') records.push([...record, field])
    record = []
    field = ''
  }
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (quoted) {
      if (character !== '"') field += character
      else if (text[i + 1] === '"') { field += '"'; i++ }
      else quoted = false
    } else if (character === '"') quoted = true
    else if (character === ',') { record.push(field); field = '' }
    else if (character === '\n') endRecord()
    else if (character !== '\r') field += character
  }
  endRecord()
  return records
}
