/** SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535; 400 rows of our widest table stay below both. */
const ROWS = 400

/** Runs the statement for each part of a long list, one after the other, and joins what comes back. */
export async function inChunks<T, R>(items: readonly T[], statement: (chunk: readonly T[]) => Promise<readonly R[]>): Promise<R[]> {
  const found: R[] = []
  for (let start = 0; start < items.length; start += ROWS) found.push(...(await statement(items.slice(start, start + ROWS))))
  return found
}
