// Owns the shop of one run, stopped and thrown away with the run.
import { join } from 'node:path'
import { startShop } from './support/start-shop.ts'

/** What the shop said during the last run. */
const LOG = join(import.meta.dirname, 'shop.log')

const shop = await startShop({ port: Number(process.env['RIALTO_E2E_PORT']), log: LOG }).catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
let isMeant = false
shop.ended.then((code) => {
  if (isMeant) return
  console.error(`The shop stopped with ${code}: see ${LOG}.`)
  process.exit(1)
})

process.once('SIGTERM', stop)
process.once('SIGINT', stop)

async function stop(): Promise<void> {
  isMeant = true
  await shop.stop()
  process.exit(0)
}
