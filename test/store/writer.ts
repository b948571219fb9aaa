/** A second process: `writer.ts <url> <name> <rows>`, one transaction per row. */
import { realPorts } from '../../src/ports.ts'
import { openStore } from '../../src/store/open.ts'

const [url = '', name = '', rows = '0'] = process.argv.slice(2)
const store = await openStore(url, realPorts)
for (let row = 0; row < Number(rows); row += 1) {
  const id = `DOS-${name}-${row}`
  await store.write((tx) => tx.insertInto('dossiers').values({ id, kind: 'contact', created_at: 'x', merged_into: null, dirty: 0 }).execute())
}
await store.close()
