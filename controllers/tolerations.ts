import type { Taint, Toleration } from '../api/schema/generated/types.ts'

/** Whether one of the tolerations bears a taint (component-helpers, scheduling/corev1, 1.36). */
export const tolerates = (tolerations: readonly Toleration[], taint: Taint): boolean => tolerations.some(toleration =>
  (!toleration.effect || toleration.effect === taint.effect)
  && (!toleration.key || toleration.key === taint.key)
  && toleratesValue(toleration, taint.value ?? ''))

function toleratesValue({ key, operator, value = '' }: Toleration, tainted: string): boolean {
  switch (operator) {
    case 'Exists': return true
    case 'Gt': return isInteger(tainted) && isInteger(value) && Number(tainted) > Number(value)
    case 'Lt': return isInteger(tainted) && isInteger(value) && Number(tainted) < Number(value)
    default: return !!key && value === tainted
  }
}

const isInteger = (text: string) => /^-?[0-9]+$/.test(text)
