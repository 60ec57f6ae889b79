import { describe, expect, it } from 'vitest'
import { cidrContains, formatCIDR, formatIP, parseCIDR, parseIP } from '../../api/ip.ts'

describe('addresses', () => {
  it.each<[string, string | undefined]>([
    ['10.1.2.3', '10.1.2.3'],
    ['256.0.0.1', undefined], ['1.2.3', undefined], ['1.2.3.4.5', undefined], [' 1.2.3.4', undefined], ['', undefined],
    ['::', '::'], ['::1', '::1'], ['FE80::0001', 'fe80::1'], ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
      ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['1::2::3', undefined], ['1:2:3:4:5:6:7', undefined], ['1:2:3:4:5:6:7:8:9', undefined], ['12345::', undefined],
      ['g::', undefined],
    ['::ffff:1.2.3.4', '1.2.3.4'], ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
  ])('%s is %s', (text, expected) => {
    const ip = parseIP(text)
    expect(ip && formatIP(ip)).toBe(expected)
  })

  it('tell which texts have more than one reading', () => {
    expect(parseIP('010.0.0.1')).toMatchObject({ leadingZeros: true })
    expect(parseIP('::ffff:1.2.3.4')).toMatchObject({ mapped: true })
  })
})

describe('blocks', () => {
  it.each<[string, string | undefined]>([
    ['10.0.0.0/8', '10.0.0.0/8'], ['10.1.2.3/8', '10.0.0.0/8'], ['fd00::5/64', 'fd00::/64'], ['0.0.0.0/0', '0.0.0.0/0'],
    ['10.0.0.0', undefined], ['10.0.0.0/33', undefined], ['10.0.0.0/-1', undefined], ['10.0.0.0/8/8', undefined],
      ['::/129', undefined],
  ])('%s is %s', (text, expected) => {
    const cidr = parseCIDR(text)
    expect(cidr && formatCIDR(cidr)).toBe(expected)
  })

  it.each([['10.0.0.0/8', '10.255.0.1', true], ['10.0.0.0/8', '11.0.0.0', false], ['0.0.0.0/0', '::1', false],
    ['::/0', '::1', true]])(
    '%s contains %s: %s', (cidr, ip, expected) => { expect(cidrContains(parseCIDR(cidr)!, parseIP(ip)!)).toBe(expected) })
})
