// Owns a shop of one's own: the built binary on a fresh data folder, which goes when it stops.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, openSync, statfsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { ADMIN } from './people.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const MEMORY = '/dev/shm'
/** More than a run leaves in a data folder. */
const DATA_BYTES = 1024 ** 3

export interface Running {
  url: string
  /** Resolves when it has ended by itself, with its code. */
  ended: Promise<number | null>
  stop: () => Promise<void>
}

interface Start {
  port: number
  /** Where it writes what it says. */
  log: string
  /** Settings that differ from those of all tests. */
  settings?: Record<string, string> | undefined
}

export async function startShop({ port, log, settings = {} }: Start): Promise<Running> {
  const data = await dataFolder()
  const url = `http://localhost:${port}`
  const child = rialto(['up', '--listen', `127.0.0.1:${port}`], {
    data,
    log,
    settings: {
      RIALTO_ADMIN_EMAIL: ADMIN.email,
      RIALTO_ADMIN_PASSWORD: ADMIN.password,
      RIALTO__PUBLIC_URL: url,
      RIALTO__PAYMENTS__SANDBOX__DISPUTE_AFTER_SECS: '1',
      RIALTO__PAYMENTS__SANDBOX__SETTLE_AFTER_SECS: '1',
      ...settings,
    },
  })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return {
    url,
    ended,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      await rm(data, { recursive: true, force: true })
    },
  }
}

interface Told {
  data: string
  log: string
  settings: Record<string, string>
}

/** The built program with these words, as a process of its own. */
export function rialto(words: string[], { data, log, settings }: Told): ChildProcess {
  const binary = [process.env['RIALTO_BIN'], 'target/debug/rialto', 'target/release/rialto']
    .filter((path) => path !== undefined)
    .map((path) => resolve(ROOT, path))
    .find(existsSync)
  if (!binary) throw new Error('No shop to test: run `cargo build --bin rialto` first, or name one in RIALTO_BIN.')
  if (!existsSync(join(ROOT, 'web/storefront/dist/index.html'))) {
    throw new Error('No pages to test: run `npm run build` first.')
  }
  mkdirSync(dirname(log), { recursive: true })
  return spawn(binary, [...words, '--data', data], {
    cwd: data,
    stdio: ['pipe', 'ignore', openSync(log, 'w')],
    env: {
      ...process.env,
      RIALTO__METRICS_LISTEN: '',
      RIALTO__GATEWAY__RATE_LIMIT: 'off',
      // A debug build on a busy machine is late with what a page should have soon.
      RIALTO__GATEWAY__FIRST_SCREEN_MS: '8000',
      ...settings,
    },
  })
}

/** In memory where there is enough: a disk that others keep busy makes every sale wait for it. */
export function dataFolder(): Promise<string> {
  const hasMemory = existsSync(MEMORY) && statfsSync(MEMORY).bavail * statfsSync(MEMORY).bsize > DATA_BYTES
  return mkdtemp(join(hasMemory ? MEMORY : tmpdir(), 'rialto-e2e-'))
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
