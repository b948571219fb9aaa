/** Numbers come as numbers or as text; `decimal: ','` is the French way of writing them. */
import type { Json } from '../model.ts'
import type { Codec, CodecOptions, Decoded } from './codec.ts'

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?$/u
const LONGEST = 400
const SMALLEST = 1e-6

export function numberCodec({ format = 'number', decimal = '.' }: CodecOptions): Codec {
  const write = (value: unknown): string => (decimal === ',' ? String(value).replace('.', ',') : String(value))
  return {
    decode(raw) {
      if (raw === null || raw === undefined || (typeof raw === 'string' && raw.trim() === '')) return { value: null }
      return inRange(typeof raw === 'number' ? raw : parse(raw, decimal))
    },
    encode: format === 'text' || decimal === ',' ? write : Number,
  }
}

function parse(raw: Json, decimal: '.' | ','): number {
  if (typeof raw !== 'string' || raw.length > LONGEST) return Number.NaN
  const text = decimal === ',' ? raw.replace(/\s/gu, '').replace(',', '.') : raw.trim()
  return NUMBER.test(text) ? Number(text) : Number.NaN
}

function inRange(value: number): Decoded {
  if (Number.isNaN(value)) return { problem: 'number.invalid' }
  const size = Math.abs(value)
  // Beyond these a double is no longer what was typed, and would print with an exponent.
  if (size > Number.MAX_SAFE_INTEGER || (value !== 0 && size < SMALLEST)) return { problem: 'number.out_of_range' }
  // Minus zero is not another number.
  return { value: value === 0 ? 0 : value }
}
