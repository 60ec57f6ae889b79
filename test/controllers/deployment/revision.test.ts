import { describe, expect, test } from 'vitest'
import { templateHash, sameTemplate, withTemplateHash } from '../../../controllers/deployment/hash.ts'
import { annotationsOfNew, highestRevision } from '../../../controllers/deployment/revision.ts'
import { deployment, replicaSet, template } from './example.ts'

const revision = 'deployment.kubernetes.io/revision', history = 'deployment.kubernetes.io/revision-history'

describe('the annotations of the new ReplicaSet', () => {
  const annotated = deployment()
  annotated.metadata.annotations = { note: 'mine', [revision]: '7', 'kubectl.kubernetes.io/last-applied-configuration': '{}' }

  test('are those of the deployment, but for what belongs to it alone', () => {
    expect(annotationsOfNew(annotated, undefined, 1)).toEqual({ note: 'mine', [revision]: '1' })
  })

  test('keep a higher revision', () => {
    expect(annotationsOfNew(deployment(), { [revision]: '5' }, 3)).toEqual({ [revision]: '5' })
  })

  test('remember the revisions before an undo', () => {
    expect(annotationsOfNew(deployment(), { [revision]: '1' }, 3)).toEqual({ [revision]: '3', [history]: '1' })
    expect(annotationsOfNew(deployment(), { [revision]: '3', [history]: '1' }, 5)).toEqual({ [revision]: '5', [history]: '1,3' })
  })

  test('forget the oldest when the history grows too long', () => {
    const long = Array.from({ length: 400 }, (_, i) => 1000 + i).join()
    const next = annotationsOfNew(deployment(), { [revision]: '5000', [history]: long }, 5001)[history]
    expect(next.length).toBeLessThanOrEqual(2000)
    expect(next.endsWith(',5000')).toBe(true)
  })

  test('the highest revision leaves out what is no number', () => {
    const revised = (name: string, text: string) => replicaSet(name, 1, 1, { annotations: { [revision]: text } })
    expect(highestRevision([revised('a', '4'), revised('b', 'x')])).toBe(4)
  })
})

describe('the hash of a template', () => {
  test('is the same for the same template and another after a collision', () => {
    const hash = templateHash(template('v1'), undefined)
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/)
    const otherOrder = { spec: { containers: [{ image: 'v1', name: 'c' }] }, metadata: { labels: { app: 'web' } } as never }
    expect(templateHash(otherOrder, undefined)).toBe(hash)
    expect(templateHash(template('v1'), 1)).not.toBe(hash)
    expect(templateHash(template('v2'), undefined)).not.toBe(hash)
  })

  test('does not make a template another one', () => {
    const { template: hashed, selector } = withTemplateHash(template('v1'), { matchLabels: { app: 'web' } }, 'abc')
    expect(hashed.metadata?.labels).toEqual({ app: 'web', 'pod-template-hash': 'abc' })
    expect(selector).toEqual({ matchLabels: { app: 'web', 'pod-template-hash': 'abc' } })
    expect(sameTemplate(hashed, template('v1'))).toBe(true)
    expect(sameTemplate(hashed, template('v2'))).toBe(false)
  })
})
