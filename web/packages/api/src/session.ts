// Owns the access token: kept in memory only, renewed once for all who wait, forgotten at the end of a session.
import type { components } from './schema.d.ts'

export type Grant = components['schemas']['GrantView']
export type User = components['schemas']['UserView']

/** Tells the next page load whether asking for a new token is worth a request; a refresh cookie cannot be seen. */
const SIGNED_IN = 'rialto.signed-in'
const LOCK = 'rialto.refresh'

/** What came of an attempt to renew: `ended` is the shop's answer, `failed` only means that it gave none. */
type Renewal = 'renewed' | 'ended' | 'failed'

export type Ending = 'left' | 'expired'

export interface SessionEvents {
  /** A person signed in, or came back. */
  started: (user: User) => void
  /** The session is over: the person `left`, or it `expired` (or was ended elsewhere) while they were here. */
  ended: (how: Ending) => void
}

export class Session {
  #token: string | undefined
  #renewing: Promise<Renewal> | undefined
  #listeners = new Set<Partial<SessionEvents>>()
  readonly #requestGrant: () => Promise<Response>

  constructor(requestGrant: () => Promise<Response>) {
    this.#requestGrant = requestGrant
  }

  get token(): string | undefined {
    return this.#token
  }

  /** Whether somebody is signed in as far as this browser remembers; `restore` finds out. */
  get remembered(): boolean {
    return this.#token !== undefined || memory()?.getItem(SIGNED_IN) === '1'
  }

  listen(listener: Partial<SessionEvents>): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(grant: Grant): void {
    this.#token = grant.access_token
    memory()?.setItem(SIGNED_IN, '1')
    for (const listener of this.#listeners) listener.started?.(grant.user)
  }

  end(how: Ending = 'left'): void {
    const wasOpen = this.remembered
    this.#token = undefined
    memory()?.removeItem(SIGNED_IN)
    if (wasOpen) for (const listener of this.#listeners) listener.ended?.(how)
  }

  /** Gets a token if somebody is remembered and there is none yet. Never fails: the request that follows will. */
  async restore(): Promise<void> {
    if (this.#token === undefined && this.remembered) await this.renew()
  }

  /** A new token in place of `refused`. Everyone who asks meanwhile shares one request. */
  async renew(refused?: string): Promise<Renewal> {
    if (this.#token !== undefined && this.#token !== refused) return 'renewed'
    this.#renewing ??= acrossTabs(() => this.#renewNow()).finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  async #renewNow(): Promise<Renewal> {
    let response: Response
    try {
      response = await this.#requestGrant()
    } catch {
      return 'failed'
    }
    if (response.ok) {
      this.start((await response.json()) as Grant)
      return 'renewed'
    }
    if (response.status !== 401) return 'failed'
    this.end('expired')
    return 'ended'
  }
}

/** A refresh token is good for one use: two tabs that spend it at once would look like theft. */
async function acrossTabs<T>(work: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks
  return locks ? locks.request(LOCK, work) : work()
}

function memory(): Storage | undefined {
  try {
    return globalThis.localStorage
  } catch {
    return undefined // Storage is switched off; each page load then asks anew.
  }
}
