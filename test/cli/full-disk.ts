/** Loaded into the program before it starts: its database may not grow any more, as on a full disk. */
import Database from 'better-sqlite3'

// oxlint-disable-next-line typescript/unbound-method -- it is always called with its database below
const { pragma } = Database.prototype

Database.prototype.pragma = function full(this: Database.Database, text: string, options?: Database.PragmaOptions): unknown {
  const answer = pragma.call(this, text, options)
  const pages = pragma.call(this, 'page_count', { simple: true }) as number
  if (pages > 0) pragma.call(this, `max_page_count = ${pages}`)
  return answer
}
