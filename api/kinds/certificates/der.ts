/** What Go's encoding/asn1 says of bytes that are not one whole sequence (Go 1.26); what is inside of it is the signer's business. */
export function derComplaint(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'asn1: syntax error: sequence truncated'
  const truncated = 'asn1: syntax error: data truncated'
  if (bytes.length < 2) return 'asn1: syntax error: truncated tag or length'
  const [tag, first] = bytes
  let length = first, at = 2
  if (first & 0x80) {
    const count = first & 0x7f
    if (count === 0) return 'asn1: syntax error: indefinite length found (not DER)'
    if (bytes.length < 2 + count) return 'asn1: syntax error: truncated tag or length'
    if (count > 4) return 'asn1: structure error: length too large'
    length = bytes.slice(2, 2 + count).reduce((sum, byte) => sum * 256 + byte, 0)
    at += count
    if (length < 0x80) return 'asn1: structure error: non-minimal length'
  }
  if (tag !== 0x30) {
    return `asn1: structure error: tags don't match (16 vs {class:${tag >> 6} tag:${tag & 0x1f} length:${length} isCompound:${(tag & 0x20) !== 0}}) `
      + '{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false '
      + `omitEmpty:false} certificateRequest @${at}`
  }
  if (at + length > bytes.length) return truncated
  return at + length < bytes.length ? 'asn1: syntax error: trailing data' : undefined
}
