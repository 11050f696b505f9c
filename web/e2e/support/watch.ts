// Owns what may not happen while a test runs: console errors, broken scripts, policy violations, failed requests.
import type { BrowserContext } from '@playwright/test'

export interface Announced {
  /** What its URL holds: `/users/login`. */
  url: string
  /** The status it fails with; absent: it gets no answer. */
  status?: number
}

export class Watch {
  readonly #origin: string
  readonly #offences: string[] = []
  readonly #announced: Announced[] = []

  constructor(origin: string) {
    this.#origin = origin
  }

  /** The test causes this failure: it is no offence. Say so before it happens. */
  expectFailure(announced: Announced): void {
    this.#announced.push(announced)
  }

  get offences(): readonly string[] {
    return this.#offences
  }

  async over(context: BrowserContext): Promise<void> {
    // The browser's own message does not always name what was blocked.
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        console.error(`Policy: ${event.effectiveDirective} blocked ${event.blockedURI} ${event.sample}`)
      })
    })
    context.on('console', (message) => {
      if (message.type() !== 'error') return
      const { url } = message.location()
      // The response itself is judged below; that the browser and the page tell of it says nothing more.
      const isFailedLoad = /^(Failed to load resource|ProblemError)/.test(message.text())
      if (isFailedLoad && url.startsWith(this.#origin)) return
      this.#offences.push(`console: ${message.text()} (${url})`)
    })
    context.on('weberror', (error) => this.#offences.push(`script: ${error.error().stack}`))
    context.on('response', (response) => {
      const { url, status } = { url: response.url(), status: response.status() }
      if (status < 400 || this.#isAnnounced(url, status)) return
      this.#offences.push(`response: ${status} for ${response.request().method()} ${url}`)
    })
    context.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText
      // A page that is left takes its requests along.
      if (reason === 'net::ERR_ABORTED' || this.#isAnnounced(request.url())) return
      this.#offences.push(`request: ${reason} for ${request.method()} ${request.url()}`)
    })
    context.on('request', (request) => {
      const url = request.url()
      if (/^https?:/.test(url) && !url.startsWith(this.#origin)) this.#offences.push(`elsewhere: ${url}`)
    })
  }

  #isAnnounced(url: string, status?: number): boolean {
    return this.#announced.some((announced) => url.includes(announced.url) && announced.status === status)
  }
}
