// Owns the count of what a person does: presses, Tabs, and the fields they fill in.
import type { BrowserContext } from '@playwright/test'

export class Counter {
  clicks = 0
  tabs = 0
  readonly #fields = new Set<string>()

  /** How many different fields were filled in. */
  get fields(): number {
    return this.#fields.size
  }

  reset(): void {
    this.clicks = 0
    this.tabs = 0
    this.#fields.clear()
  }

  async over(context: BrowserContext): Promise<void> {
    await context.exposeBinding('e2eCount', (_source, kind: string, name: string) => {
      if (kind === 'click') this.clicks += 1
      else if (kind === 'tab') this.tabs += 1
      else this.#fields.add(name)
    })
    await context.addInitScript(() => {
      const count = (kind: string, name = '') =>
        (window as unknown as { e2eCount: (kind: string, name: string) => void }).e2eCount(kind, name)
      addEventListener('pointerdown', (event) => event.isPrimary && count('click'), true)
      addEventListener('keydown', (event) => event.key === 'Tab' && count('tab'), true)
      addEventListener(
        'input',
        ({ target }) => target instanceof HTMLElement && count('field', target.getAttribute('name') ?? target.id),
        true,
      )
    })
  }
}
