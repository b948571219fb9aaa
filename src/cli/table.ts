/** Columns for a terminal. */

const segmenter = new Intl.Segmenter()
const width = (text: string): number => [...segmenter.segment(text)].length

/** The last column is not padded, so that copied lines have no trailing blanks. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) => Math.max(width(title), ...rows.map((row) => width(printable(row[column] ?? '')))))
  return [head, ...rows].map((row) => row.map((cell, column) => pad(printable(cell), widths[column] ?? 0)).join('  ').trimEnd())
}

function pad(text: string, to: number): string {
  return text + ' '.repeat(Math.max(0, to - width(text)))
}

/** What comes from a record must not move the cursor, colour the terminal or start a new line. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '\uFFFD')
}
