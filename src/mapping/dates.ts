/** Days and moments. A day is a calendar string from end to end: it never becomes a moment on the way. */
import { Temporal } from 'temporal-polyfill'
import type { Json } from '../model.ts'
import type { Codec, CodecOptions, Decoded } from './codec.ts'

const DAY = /^\d{4}-\d{2}-\d{2}$/u
const MOMENT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?<zone>Z|[+-]\d{2}:?\d{2})?$/u
const EPOCH = /^-?\d{1,16}$/u
// Below it, milliseconds would mean a day around 1970: they are seconds. Days of those years are written in letters.
const FEWEST_MILLISECONDS = 100_000_000_000
const FIRST_YEAR = 1800
const LAST_YEAR = 2200

type Reading = { readonly day: string } | { readonly moment: Temporal.Instant } | null

function read(raw: Json | undefined, timezone: string): Reading {
  const text = typeof raw === 'string' || typeof raw === 'number' ? String(raw).trim() : ''
  try {
    if (DAY.test(text)) return { day: Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() }
    if (EPOCH.test(text)) return epoch(Number(text))
    const zone = MOMENT.exec(text)?.groups?.['zone']
    if (zone !== undefined) return { moment: Temporal.Instant.from(text) }
    if (MOMENT.test(text)) return { moment: Temporal.PlainDateTime.from(text, { overflow: 'reject' }).toZonedDateTime(timezone).toInstant() }
  } catch {
    // 30 February, the 25th hour: falls through to "not a date".
  }
  return null
}

function epoch(milliseconds: number): Reading {
  if (Math.abs(milliseconds) < FEWEST_MILLISECONDS) return null
  return { moment: Temporal.Instant.fromEpochMilliseconds(milliseconds) }
}

const blank = (raw: Json | undefined): boolean => raw === null || raw === undefined || (typeof raw === 'string' && raw.trim() === '')

function inRange(value: string): Decoded {
  const year = Number(value.slice(0, 4))
  return value.startsWith('-') || value.startsWith('+') || year < FIRST_YEAR || year > LAST_YEAR ? { problem: 'date.out_of_range' } : { value }
}

/** Formats: `date`; `epoch`, milliseconds at midnight UTC; `datetime`, a moment whose day is that of the time zone. */
export function dateCodec({ format = 'date', timezone }: CodecOptions): Codec {
  const zone = format === 'datetime' ? timezone : 'UTC'
  return {
    decode(raw) {
      if (blank(raw)) return { value: null }
      const reading = read(raw, zone)
      if (reading === null) return { problem: 'date.invalid' }
      if ('day' in reading) return inRange(reading.day)
      const local = reading.moment.toZonedDateTimeISO(zone)
      if (format !== 'datetime' && !local.equals(local.startOfDay())) return { problem: 'date.has_time' }
      return inRange(local.toPlainDate().toString())
    },
    encode(value) {
      if (format === 'date') return String(value)
      const start = Temporal.PlainDate.from(String(value)).toZonedDateTime(zone).toInstant()
      return format === 'epoch' ? milliseconds(start, String(value)) : canonical(start)
    },
  }
}

function milliseconds({ epochMilliseconds }: Temporal.Instant, letters: string): string {
  return Math.abs(epochMilliseconds) < FEWEST_MILLISECONDS ? letters : String(epochMilliseconds)
}

const canonical = (moment: Temporal.Instant): string => moment.toString({ smallestUnit: 'millisecond' })

/** Formats: `iso` (…Z), `offset` (…+0000), `epoch` milliseconds. All three are understood whichever is written. */
export function datetimeCodec({ format = 'iso', timezone }: CodecOptions): Codec {
  return {
    decode(raw) {
      if (blank(raw)) return { value: null }
      const reading = read(raw, timezone)
      if (reading === null || 'day' in reading) return { problem: 'datetime.invalid' }
      return inRange(canonical(reading.moment))
    },
    encode(value) {
      const text = String(value)
      if (format === 'epoch') return milliseconds(Temporal.Instant.from(text), text)
      return format === 'offset' ? text.replace('Z', '+0000') : text
    },
  }
}
