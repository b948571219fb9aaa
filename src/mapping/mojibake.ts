/** Repairs text that was UTF-8, read by someone as Windows-1252 or Latin-1, and stored so: `MÃ¼ller` → `Müller`. */

// A lead byte of the alphabets that French and its neighbours use, followed by what a continuation byte looks like.
const CONTINUATION = '\\u0080-\\u00BF\\u0152\\u0153\\u0160\\u0161\\u0178\\u017D\\u017E\\u0192\\u02C6\\u02DC'
  + '\\u2013\\u2014\\u2018-\\u201E\\u2020-\\u2022\\u2026\\u2030\\u2039\\u203A\\u20AC\\u2122'
const TELL_TALE = new RegExp(`[\\u00C2-\\u00C5\\u00E2\\u00F0][${CONTINUATION}]`, 'gu')

const BYTE_OF = new Map<string, number>(
  Array.from(new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, byte) => byte)), (char, byte) => [char, byte]),
)
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Only whole texts are repaired: one honest `é` anywhere makes the bytes invalid as UTF-8, and the text is left alone.
 * That is what keeps « IRMÃ » and `CAFÉ»` as they are.
 */
export function repairMojibake(text: string): string {
  const before = text.match(TELL_TALE)?.length ?? 0
  if (before === 0) return text
  const repaired = reread(text)
  if (repaired === null) return text
  const after = repaired.match(TELL_TALE)?.length ?? 0
  // Twice garbled is not rare: it passed through two such systems. Each round is shorter, so this ends.
  return after < before || repaired.length < text.length ? repairMojibake(repaired) : text
}

function reread(text: string): string | null {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    // Latin-1 keeps 0x80-0x9F as control characters, Windows-1252 shows them as € “ ” …: both are met.
    const byte = code <= 0xff ? code : BYTE_OF.get(text.charAt(i))
    if (byte === undefined) return null
    bytes[i] = byte
  }
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}
