/** The wire format of protobuf: tags, varints, lengths. Reading never goes past the bytes it was given. */

/** Bytes that are no protobuf message, in the words of upstream's generated decoders. */
export class ProtobufError extends Error {}

export const unexpectedEnd = (): ProtobufError => new ProtobufError('unexpected EOF')

export interface Reader { bytes: Buffer; at: number; end: number }

export const readerOf = (bytes: Buffer, at = 0, end = bytes.length): Reader => ({ bytes, at, end })

/** A varint as an unsigned number; exact up to 2^53. Larger ones come from `readBigVarint`. */
export function readVarint(reader: Reader): number {
  const { bytes } = reader
  let value = 0, scale = 1
  for (let i = 0; i < 10; i++) {
    if (reader.at >= reader.end) throw unexpectedEnd()
    const byte = bytes[reader.at++]
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return value
    scale *= 128
  }
  throw new ProtobufError('proto: integer overflow')
}

/** A varint as a signed 64-bit integer. */
export function readInteger(reader: Reader): number {
  const start = reader.at
  const value = readVarint(reader)
  if (value <= Number.MAX_SAFE_INTEGER) return value
  let exact = 0n
  for (let at = reader.at - 1; at >= start; at--) exact = exact << 7n | BigInt(reader.bytes[at] & 0x7f)
  return Number(BigInt.asIntN(64, exact))
}

/** The bounds of a length-delimited field, which is passed over. */
export function readLength(reader: Reader): Reader {
  const length = readVarint(reader)
  if (length > 2 ** 63) throw new ProtobufError('proto: negative length found during unmarshaling')
  const start = reader.at
  if (start + length > reader.end) throw unexpectedEnd()
  reader.at = start + length
  return readerOf(reader.bytes, start, reader.at)
}

export function readDouble(reader: Reader): number {
  if (reader.at + 8 > reader.end) throw unexpectedEnd()
  reader.at += 8
  return reader.bytes.readDoubleLE(reader.at - 8)
}

export const textOf = ({ bytes, at, end }: Reader): string => bytes.toString('utf8', at, end)

/** Passes over a field that nobody knows. */
export function skipField(reader: Reader, wireType: number): void {
  for (let depth = 0; ;) {
    if (wireType === 0) readVarint(reader)
    else if (wireType === 1) reader.at += 8
    else if (wireType === 2) readLength(reader)
    else if (wireType === 3) depth++
    else if (wireType === 4) {
      if (depth === 0) throw new ProtobufError('proto: unexpected end of group')
      depth--
    } else if (wireType === 5) reader.at += 4
    else throw new ProtobufError(`proto: illegal wireType ${wireType}`)
    if (reader.at > reader.end) throw unexpectedEnd()
    if (depth === 0) return
    wireType = readVarint(reader) & 7
  }
}

/** Writes from the end to the front: a message's length is known when it is needed, without measuring first. */
export interface Writer { bytes: Buffer; at: number }

export const writerOf = (size = 1024): Writer => ({ bytes: Buffer.allocUnsafe(size), at: size })

export const written = (writer: Writer): Buffer => writer.bytes.subarray(writer.at)

function room(writer: Writer, size: number): void {
  if (writer.at >= size) return
  const used = writer.bytes.length - writer.at
  const larger = Buffer.allocUnsafe(Math.max(writer.bytes.length * 2, used + size + 64))
  writer.bytes.copy(larger, larger.length - used, writer.at)
  writer.at = larger.length - used
  writer.bytes = larger
}

export function writeBytes(writer: Writer, bytes: Buffer): void {
  room(writer, bytes.length)
  writer.at -= bytes.length
  bytes.copy(writer.bytes, writer.at)
}

export function writeText(writer: Writer, text: string): void {
  const size = Buffer.byteLength(text)
  room(writer, size)
  writer.at -= size
  writer.bytes.write(text, writer.at)
}

export function writeVarint(writer: Writer, value: number): void {
  if (value < 0 || value > Number.MAX_SAFE_INTEGER) return writeBytes(writer, bigVarint(BigInt.asUintN(64, BigInt(value))))
  let size = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++
  room(writer, size)
  writer.at -= size
  for (let at = writer.at, rest = value; size > 0; at++, size--) {
    writer.bytes[at] = (rest % 128) | (size > 1 ? 0x80 : 0)
    rest = Math.floor(rest / 128)
  }
}

function bigVarint(value: bigint): Buffer {
  const bytes: number[] = []
  for (; value >= 128n; value >>= 7n) bytes.push(Number(value & 127n) | 0x80)
  bytes.push(Number(value))
  return Buffer.from(bytes)
}

export function writeDouble(writer: Writer, value: number): void {
  room(writer, 8)
  writer.at -= 8
  writer.bytes.writeDoubleLE(value, writer.at)
}

export const writeTag = (writer: Writer, number: number, wireType: number): void => writeVarint(writer, number * 8 + wireType)

/** A length-delimited field around what `content` writes. */
export function writeDelimited(writer: Writer, number: number, content: () => void): void {
  const before = writer.bytes.length - writer.at
  content()
  writeVarint(writer, writer.bytes.length - writer.at - before)
  writeTag(writer, number, 2)
}
