// Owns what tests do behind the pages' back, through the API: make products and people, place and ship orders, read mail.

import type { components, paths } from '@rialto/api/schema.d.ts'
import createClient, { type Client } from 'openapi-fetch'
import { ADDRESS, ADMIN, freshEmail, PASSWORD } from './people.ts'

export type Api = Client<paths>
type Product = components['schemas']['ProductView']
type Order = components['schemas']['OrderView']
type Money = components['schemas']['Money']
type Capture = components['schemas']['CaptureMethod']
type Import = components['schemas']['ImportView']

export interface Customer {
  email: string
  password: string
  name: string
  /** Calls of this person. */
  api: Api
}

interface Mail {
  subject: string
  to: string
  text: string
}

interface Parcel {
  id: string
  trackingNumber: string
}

interface ProductWish {
  title?: string
  price?: Money
  stock?: number
  /** `{ Colour: ['Red', 'Blue'] }`: a variant for each combination. */
  options?: Record<string, string[]>
  categories?: string[]
  attributes?: Record<string, string[]>
}

/** What the sandbox answers when paid with these. */
export const CARDS = {
  good: 'tok_visa',
  declined: 'tok_chargeDeclined',
  noFunds: 'tok_chargeDeclinedInsufficientFunds',
  threeDSecure: 'tok_threeDSecureRequired',
  threeDSecureDeclined: 'tok_threeDSecureRequiredChargeDeclined',
  /** Paid, and disputed a little later. */
  disputed: 'tok_createDispute',
  /** Charged, but the answer gets lost. */
  lost: 'tok_timeout',
} as const

/** Events travel between services; nothing takes longer than this. */
const PATIENCE_MS = 60_000

export class Shop {
  readonly url: string
  readonly guest: Api
  #admin: Promise<Api> | undefined

  constructor(url: string) {
    this.url = url
    this.guest = this.#client()
  }

  admin(): Promise<Api> {
    this.#admin ??= this.signIn(ADMIN.email, ADMIN.password)
    return this.#admin
  }

  async signIn(email: string, password: string): Promise<Api> {
    const grant = got(await this.guest.POST('/users/login', { body: { email, password, client: 'api' } }))
    return this.#client(grant.access_token)
  }

  async customer({ name = 'Ada Byron', email = freshEmail() } = {}): Promise<Customer> {
    const body = { email, password: PASSWORD, name, client: 'api' as const }
    const grant = got(await this.guest.POST('/users/register', { body }))
    return { email, password: PASSWORD, name, api: this.#client(grant.access_token) }
  }

  /** A published product; its variants have the options in the order that was wished for. */
  async product(wish: ProductWish = {}): Promise<Product> {
    const {
      price = { amount: 4900, currency: 'EUR' },
      stock = 20,
      options = {},
      categories = [],
      attributes = {},
    } = wish
    const mark = `${process.pid.toString(36)}${Date.now().toString(36)}${Math.random().toString(36).slice(2, 5)}`
    const variants = combinations(options).map((chosen, index) => ({
      sku: `E2E-${mark}-${index}`.toUpperCase(),
      options: chosen,
      price,
      stock,
      weight_g: 500,
    }))
    const title = wish.title ?? `Test lamp ${mark}`
    const body = {
      title,
      description: '<p>Made for a test.</p>',
      status: 'published' as const,
      categories,
      attributes,
      variants,
    }
    return got(await (await this.admin()).POST('/products', { body }))
  }

  /** An uploaded file of products, checked and not started. */
  async imported(file: string): Promise<Import> {
    const admin = await this.admin()
    const form = new FormData()
    form.append('file', new Blob([file], { type: 'text/csv' }), 'products.csv')
    const made = got(await admin.POST('/imports', { body: { file: '' }, bodySerializer: () => form }))
    return until('the file to be checked', async () => {
      const view = got(await admin.GET('/imports/{id}', { params: { path: { id: made.id } } }))
      return view.state === 'checking' ? undefined : view
    })
  }

  async setStock(sku: string, onHand: number): Promise<void> {
    const body = { on_hand: onHand, reason: 'test' }
    got(await (await this.admin()).PUT('/inventory/{sku}', { params: { path: { sku } }, body }))
  }

  /** A placed order of one product, not yet paid. Guests get its `guest_token` along. */
  async order(by: Customer | 'guest', product: Product, quantity = 1, locale = 'en'): Promise<Order> {
    const api = by === 'guest' ? this.guest : by.api
    const items = [{ sku: skuOf(product), quantity }]
    const destination = { country: ADDRESS.country, postal_code: ADDRESS.postal_code }
    const { options } = got(await this.guest.POST('/shipping/calculate', { body: { destination, items } }))
    return got(
      await api.POST('/orders', {
        body: {
          items,
          locale,
          email: by === 'guest' ? freshEmail('guest') : by.email,
          shipping_address: ADDRESS,
          shipping_option: options[0]?.id,
        },
      }),
    )
  }

  async pay(order: Order, by: Customer | 'guest', token: string = CARDS.good): Promise<void> {
    await this.charge(order, by, token)
    if (token === CARDS.good) await this.orderUntil(order.id, ({ payment_status }) => payment_status === 'paid')
  }

  /** The card is charged, or its money held; whether the order knows is another matter. Answers the payment's id. */
  async charge(order: Order, by: Customer | 'guest', token: string, capture: Capture = 'automatic'): Promise<string> {
    const api = by === 'guest' ? this.guest : by.api
    const headers = order.guest_token ? { 'Order-Token': order.guest_token } : {}
    const body = { order_id: order.id, method: { type: 'card' as const, token }, capture_method: capture }
    return got(await api.POST('/payment/checkout', { headers, body })).payment_id
  }

  async paidOrder(by: Customer | 'guest', product?: Product, quantity = 1, locale = 'en'): Promise<Order> {
    const order = await this.order(by, product ?? (await this.product()), quantity, locale)
    await this.pay(order, by)
    return order
  }

  /** The parcel of a paid order is handed over. */
  async ship(order: Order): Promise<Parcel> {
    const admin = await this.admin()
    const id = await until('a shipment', async () => {
      const query = { order_id: order.id }
      return got(await admin.GET('/shipping/shipments', { params: { query } })).items[0]?.id
    })
    const sent = got(await admin.POST('/shipping/shipments/{id}/ship', { params: { path: { id } }, body: {} }))
    return { id, trackingNumber: sent.tracking_number ?? '' }
  }

  /** The parcel of a paid order arrives. */
  async deliver(order: Order): Promise<void> {
    const admin = await this.admin()
    const { id } = await this.ship(order)
    const body = { status: 'delivered' as const }
    got(await admin.POST('/shipping/shipments/{id}/advance', { params: { path: { id } }, body }))
    await this.orderUntil(order.id, ({ fulfillment_status }) => fulfillment_status === 'delivered')
  }

  async orderUntil(id: string, isSo: (order: Order) => boolean): Promise<Order> {
    const admin = await this.admin()
    return until('the order to change', async () => {
      const order = got(await admin.GET('/orders/{id}', { params: { path: { id } } }))
      return isSo(order) ? order : undefined
    })
  }

  /** The newest mail to somebody whose subject holds this. */
  async mail(to: string, subject: string | RegExp): Promise<Mail> {
    return until(`a mail to ${to}: ${subject}`, async () => (await this.mails(to, subject))[0])
  }

  /** All there are now, the newest first. */
  async mails(to: string, subject: string | RegExp): Promise<Mail[]> {
    const answer = await fetch(`${this.url}/dev/mail/messages?to=${encodeURIComponent(to)}`)
    const { items } = (await answer.json()) as { items: Mail[] }
    return items.filter((mail) => new RegExp(subject, 'i').test(mail.subject))
  }

  /** The path and query of the first link in such a mail that leads to this part of the shop. */
  async mailedLink(to: string, subject: string | RegExp, path: string): Promise<string> {
    const { text } = await this.mail(to, subject)
    const links = text.match(/https?:\/\/\S+/g) ?? []
    const link = links.map((url) => new URL(url)).find(({ pathname }) => pathname.startsWith(path))
    if (!link) throw new Error(`No link to ${path} in:\n${text}`)
    return link.pathname + link.search
  }

  #client(token?: string): Api {
    return createClient<paths>({
      baseUrl: this.url,
      headers: { ...(token && { authorization: `Bearer ${token}` }) },
    })
  }
}

/** Of the first variant. */
export function skuOf({ variants }: Product): string {
  return variants[0]?.sku ?? ''
}

/** The data of an answer; a test that was refused something it did not expect stops here. */
export function got<Data>(answer: { data?: Data; error?: unknown; response: Response }): NonNullable<Data> {
  if (!answer.response.ok) throw new Error(`${answer.response.url}: ${JSON.stringify(answer.error)}`)
  return answer.data as NonNullable<Data>
}

/** Asks again and again until there is something. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, patience = PATIENCE_MS): Promise<T> {
  const end = Date.now() + patience
  for (;;) {
    const found = await ask()
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error(`Waited in vain for ${what}.`)
    await new Promise((done) => setTimeout(done, 150))
  }
}

function combinations(options: Record<string, string[]>): Array<Record<string, string>> {
  return Object.entries(options).reduce<Array<Record<string, string>>>(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  )
}
