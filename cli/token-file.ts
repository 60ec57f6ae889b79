import { readFile } from 'node:fs/promises'
import { Failure, isCode } from './failure.ts'

export interface StaticToken { token: string; user: string; uid: string; groups: string[] }

/** kube-apiserver's --token-auth-file: lines of `token,user,uid[,"group1,group2"]`. */
export async function readTokenFile(file: string, task: string): Promise<StaticToken[]> {
  const text = await readFile(file, 'utf8').catch(error => {
    throw new Failure(task, `the token file ${file} can't be read (${isCode(error, 'ENOENT') ? 'there is none' : error.message})`)
  })
  return text.split(/\r?\n/).map((line, index) => ({ line, number: index + 1 })).filter(({ line }) => line.trim())
    .map(({ line, number }) => {
      const [token, user, uid, groups = ''] = cells(line)
      if (!token || !user || uid === undefined)
        throw new Failure(task, `line ${number} of ${file} is not token,user,uid`, { hint: 'groups may follow in quotes: token,user,uid,"group1,group2"' })
      return { token, user, uid, groups: groups.split(',').map(group => group.trim()).filter(Boolean) }
    })
}

/** The cells of one CSV line; a cell in double quotes may hold commas, and doubled quotes for a quote. */
function cells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain.trim())
}
