/** Columns for a terminal. */

const segmenter = new Intl.Segmenter()
const width = (text: string): number => [...segmenter.segment(text)].length

type Row = readonly string[]

/** What does not fit the terminal stands below each other, a row a paragraph: lines that break anywhere cannot be read. */
export function table(head: Row, rows: readonly Row[], room: number = process.stdout.columns || Infinity): string[] {
  const widths = head.map((title, column) => Math.max(width(title), ...rows.map((row) => width(printable(row[column] ?? '')))))
  const whole = widths.reduce((sum, one) => sum + one + 2, -2)
  return whole > room ? rows.flatMap((row, nth) => [...(nth === 0 ? [] : ['']), ...paragraph(head, row)]) : [head, ...rows].map((row) => line(row, widths))
}

/** The last column is not padded, so that copied lines have no trailing blanks. */
function line(row: Row, widths: readonly number[]): string {
  return row.map((cell, column) => pad(printable(cell), widths[column] ?? 0)).join('  ').trimEnd()
}

function paragraph(head: Row, row: Row): string[] {
  const titles = Math.max(...head.map(width))
  return row.flatMap((cell, column) => (cell === '' ? [] : [`${pad(head[column] ?? '', titles)}  ${printable(cell)}`]))
}

function pad(text: string, to: number): string {
  return text + ' '.repeat(Math.max(0, to - width(text)))
}

/** What comes from a record must not move the cursor, colour the terminal or start a new line. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '\uFFFD')
}
