// Owns a rate as its form has it: amounts and weights as people write them, and back.
import { toDecimal } from '@rialto/ui/currency.ts'
import { amountOf } from '#lib/money-text.ts'
import type { Pricing, Rate, RateDraft } from './api.ts'
import { fromKilograms, toKilograms } from './weight.ts'

export type Kind = Pricing['kind']

export interface TierValues {
  /** Kilograms or money, by the kind of the rate; empty on the last step means "and above". */
  upTo: string
  amount: string
}

export interface RateValues {
  service: string
  carrier: string
  currency: string
  kind: Kind
  /** The price for everything, or for the parcel. */
  amount: string
  each: string
  tiers: TierValues[]
  freeOver: string
  maxWeight: string
  minDays: string
  maxDays: string
  active: boolean
}

export function emptyRate(currency: string, carrier: string): RateValues {
  return {
    service: '',
    carrier,
    currency,
    kind: 'flat',
    amount: '',
    each: '',
    tiers: [{ upTo: '', amount: '' }],
    freeOver: '',
    maxWeight: '',
    minDays: '1',
    maxDays: '3',
    active: true,
  }
}

export function rateValuesOf(rate: Rate): RateValues {
  const { currency, pricing } = rate
  const money = (amount: number) => toDecimal({ amount, currency })
  const limit = pricing.kind === 'by_weight' ? toKilograms : money
  return {
    ...emptyRate(currency, rate.carrier),
    service: rate.service,
    kind: pricing.kind,
    ...(pricing.kind === 'flat' && { amount: money(pricing.amount) }),
    ...(pricing.kind === 'per_item' && { amount: money(pricing.first), each: money(pricing.each) }),
    ...('tiers' in pricing && {
      tiers: pricing.tiers.map(({ up_to, amount }) => ({
        upTo: typeof up_to === 'number' ? limit(up_to) : '',
        amount: money(amount),
      })),
    }),
    freeOver: typeof rate.free_over === 'number' ? money(rate.free_over) : '',
    maxWeight: typeof rate.max_weight_g === 'number' ? toKilograms(rate.max_weight_g) : '',
    minDays: String(rate.min_days),
    maxDays: String(rate.max_days),
    active: rate.active,
  }
}

/** For values that the form has checked; what is no number is 0 here. */
export function rateDraftOf(values: RateValues): RateDraft {
  const { currency } = values
  const money = (text: string) => amountOf(text, currency) ?? 0
  return {
    service: values.service.trim(),
    carrier: values.carrier.trim(),
    currency,
    pricing: pricingOf(values, money),
    free_over: values.freeOver.trim() ? money(values.freeOver) : null,
    max_weight_g: values.maxWeight.trim() ? (fromKilograms(values.maxWeight) ?? 0) : null,
    min_days: Number(values.minDays),
    max_days: Number(values.maxDays),
    active: values.active,
  }
}

function pricingOf({ kind, amount, each, tiers }: RateValues, money: (text: string) => number): Pricing {
  if (kind === 'flat') return { kind, amount: money(amount) }
  if (kind === 'per_item') return { kind, first: money(amount), each: money(each) }
  const limit = kind === 'by_weight' ? (text: string) => fromKilograms(text) ?? 0 : money
  return {
    kind,
    tiers: tiers.map(({ upTo, amount }) => ({
      ...(upTo.trim() && { up_to: limit(upTo) }),
      amount: money(amount),
    })),
  }
}
