// Owns a shop of several processes on one data folder, each of which a test can end and start again.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Balancer, balance, isReady } from './balancer.ts'
import { ADMIN } from './people.ts'
import { until } from './shop.ts'
import { dataFolder, freePort, rialto } from './start-shop.ts'

/** Which services run together. Two gateways, so that one can go while the other serves. */
const PROCESSES = {
  gateway: ['gateway'],
  'other gateway': ['gateway'],
  catalog: ['catalog'],
  notifications: ['notifications'],
  rest: ['users', 'orders', 'payments', 'shipping'],
} as const

type Name = keyof typeof PROCESSES
type Store = 'events' | 'orders'

const NAMES = Object.keys(PROCESSES) as Name[]
const GATEWAYS = NAMES.filter((name) => PROCESSES[name][0] === 'gateway')
const SERVICES = ['users', 'catalog', 'orders', 'payments', 'shipping', 'notifications']
/** Debug builds on a busy machine take their time. */
const PATIENCE_MS = 60_000

export class Processes {
  readonly url: string
  readonly #data: string
  readonly #logs: string
  readonly #settings: Record<string, string>
  readonly #ports: Record<string, number>
  readonly #running = new Map<Name, ChildProcess>()
  #balancer: Balancer | undefined

  /** All of them run, and the shop's first administrator is known. */
  static async open(logs: string): Promise<Processes> {
    const ports: Record<string, number> = { balancer: await freePort() }
    for (const name of [...GATEWAYS, ...SERVICES]) ports[name] = await freePort()
    const shop = new Processes(await dataFolder(), logs, ports)
    await shop.#run(['migrate', 'up'])
    await shop.#run(['admin', 'create', ADMIN.email], ADMIN.password)
    shop.#balancer = await balance(
      ports['balancer'] ?? 0,
      GATEWAYS.map((name) => ports[name] ?? 0),
    )
    // At the same time: a gateway is ready when those behind it are.
    await Promise.all(NAMES.map((name) => shop.start(name)))
    return shop
  }

  private constructor(data: string, logs: string, ports: Record<string, number>) {
    this.url = `http://localhost:${ports['balancer']}`
    this.#data = data
    this.#logs = logs
    this.#ports = ports
    this.#settings = {
      RIALTO__SECRET: 'what all processes of this shop share, and nobody else',
      RIALTO__PUBLIC_URL: this.url,
      RIALTO__GATEWAY__DEV_MAIL: 'true',
      RIALTO__NOTIFICATIONS__MAILBOX_PAGE: 'true',
    }
    for (const service of SERVICES) {
      const address = `127.0.0.1:${ports[service]}`
      this.#settings[`RIALTO__${service.toUpperCase()}__LISTEN`] = address
      this.#settings[`RIALTO__${service.toUpperCase()}__URLS`] = `http://${address}`
    }
  }

  /** Comes back once it answers. */
  async start(name: Name): Promise<void> {
    this.#running.set(name, this.#rialto(['serve', ...PROCESSES[name]], name))
    for (const service of PROCESSES[name]) {
      const port = this.#ports[service === 'gateway' ? name : service] ?? 0
      await until(`${name} to be ready`, async () => (await isReady(port)) || undefined, PATIENCE_MS)
    }
  }

  /** As whoever runs it would: told to stop, and waited for. */
  async end(name: Name): Promise<void> {
    const child = this.#running.get(name)
    this.#running.delete(name)
    if (!child || child.exitCode !== null) throw new Error(`${name} does not run.`)
    child.kill('SIGTERM')
    await once(child, 'exit')
  }

  /** What the gateways have said since they were started. */
  logs(): string {
    return GATEWAYS.map((name) => readFileSync(this.#log(name), 'utf8')).join('')
  }

  /** One of the shop's databases, to make trouble in. */
  store(name: Store): DatabaseSync {
    const store = new DatabaseSync(join(this.#data, `${name}.db`))
    store.exec('PRAGMA busy_timeout = 10000')
    return store
  }

  async close(): Promise<void> {
    await this.#balancer?.close()
    await Promise.all([...this.#running.keys()].map((name) => this.end(name)))
    await rm(this.#data, { recursive: true, force: true })
  }

  #log(name: string): string {
    return join(this.#logs, `${name.replace(' ', '-')}.log`)
  }

  #rialto(words: string[], name: string): ChildProcess {
    const settings = { ...this.#settings, RIALTO__LISTEN: `127.0.0.1:${this.#ports[name] ?? this.#ports['gateway']}` }
    return rialto(words, { data: this.#data, log: this.#log(name), settings })
  }

  async #run(words: string[], input = ''): Promise<void> {
    const child = this.#rialto(words, words.join('-'))
    child.stdin?.end(input)
    const [code] = await once(child, 'exit')
    if (code !== 0) throw new Error(`rialto ${words.join(' ')} ended with ${code}: see ${this.#logs}.`)
  }
}
