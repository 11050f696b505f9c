// Owns a promotion as its form holds it, and what of it makes sense.
import type { MoneyValue } from '@rialto/ui/currency.ts'
import { z } from '#lib/form/zod.ts'
import { amountOf, textOf } from '#lib/money-text.ts'
import type { Promotion, PromotionInput } from './api.ts'

export const KINDS = ['percent', 'amount'] as const

export interface PromotionForm {
  kind: (typeof KINDS)[number]
  code: string
  name: string
  active: boolean
  percent: string
  amount: string
  minimum: string
  /** As `<input type="datetime-local">` has it, in the time of this computer. */
  startsAt: string
  endsAt: string
  maxUses: string
  maxUsesPerCustomer: string
}

export const EMPTY: PromotionForm = {
  kind: 'percent',
  code: '',
  name: '',
  active: true,
  percent: '',
  amount: '',
  minimum: '',
  startsAt: '',
  endsAt: '',
  maxUses: '',
  maxUsesPerCustomer: '',
}

/** Each message is a key of PROMOTION_PROBLEMS. */
export function promotionSchema(currency: string) {
  const isAmount = (text: string) => amountOf(text, currency) !== undefined
  const count = z.string().regex(/^\s*(?:[1-9]\d{0,8})?\s*$/, 'no_count')
  return z
    .object({
      kind: z.enum(KINDS),
      code: z
        .string()
        .trim()
        .min(1, 'no_code')
        .max(64, 'no_code')
        .regex(/^[A-Za-z0-9_-]+$/, 'no_code'),
      name: z.string().max(200, 'too_long'),
      active: z.boolean(),
      percent: z.string(),
      amount: z.string(),
      minimum: z.string().refine((text) => text.trim() === '' || isAmount(text), 'no_amount'),
      startsAt: z.string(),
      endsAt: z.string(),
      maxUses: count,
      maxUsesPerCustomer: count,
    })
    .refine(({ kind, percent }) => kind !== 'percent' || percentOf(percent) !== undefined, {
      path: ['percent'],
      error: 'no_percent',
    })
    .refine(({ kind, amount }) => kind !== 'amount' || (amountOf(amount, currency) ?? 0) > 0, {
      path: ['amount'],
      error: 'no_amount',
    })
    .refine(({ startsAt, endsAt }) => startsAt === '' || endsAt === '' || startsAt < endsAt, {
      path: ['endsAt'],
      error: 'not_after',
    })
}

/** "12,5" as the API writes it, "12.5"; undefined unless above 0 and at most 100. */
export function percentOf(text: string): string | undefined {
  const plain = text.trim().replace(',', '.').replace(/\s*%$/, '')
  const value = /^\d{1,3}(\.\d{1,4})?$/.test(plain) ? Number(plain) : Number.NaN
  return value > 0 && value <= 100 ? plain : undefined
}

export function formOf(promotion: Promotion, locale: string): PromotionForm {
  return {
    kind: promotion.amount ? 'amount' : 'percent',
    code: promotion.code,
    name: promotion.name,
    active: promotion.active,
    percent: promotion.percent ?? '',
    amount: textOf(promotion.amount, locale),
    minimum: promotion.min_subtotal.amount > 0 ? textOf(promotion.min_subtotal, locale) : '',
    startsAt: localTime(promotion.starts_at),
    endsAt: localTime(promotion.ends_at),
    maxUses: promotion.max_uses?.toString() ?? '',
    maxUsesPerCustomer: promotion.max_uses_per_customer?.toString() ?? '',
  }
}

export function inputOf(form: PromotionForm, currency: string): PromotionInput {
  const money = (text: string): MoneyValue | null => {
    const amount = amountOf(text, currency)
    return amount === undefined ? null : { amount, currency }
  }
  const isPercent = form.kind === 'percent'
  return {
    code: form.code.trim(),
    name: form.name.trim(),
    active: form.active,
    percent: isPercent ? (percentOf(form.percent) ?? null) : null,
    amount: isPercent ? null : money(form.amount),
    min_subtotal: money(form.minimum),
    starts_at: instant(form.startsAt),
    ends_at: instant(form.endsAt),
    max_uses: form.maxUses.trim() ? Number(form.maxUses) : null,
    max_uses_per_customer: form.maxUsesPerCustomer.trim() ? Number(form.maxUsesPerCustomer) : null,
  }
}

function localTime(at: string | null | undefined): string {
  if (!at) return ''
  const date = new Date(at)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

function instant(local: string): string | null {
  return local ? new Date(local).toISOString() : null
}

/** What the promotion takes off goods of so much; 0 when they cost too little for it. */
export function discountOf(input: PromotionInput, subtotal: MoneyValue): MoneyValue {
  const { amount: least = 0 } = input.min_subtotal ?? {}
  const isEnough = subtotal.amount >= least
  const off = input.percent
    ? Math.round((subtotal.amount * Number(input.percent)) / 100)
    : Math.min(input.amount?.amount ?? 0, subtotal.amount)
  return { amount: isEnough ? off : 0, currency: subtotal.currency }
}
