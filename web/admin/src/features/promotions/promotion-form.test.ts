// A promotion says what it does before it does it.
import { expect, test } from 'vitest'
import { discountOf, EMPTY, formOf, inputOf, type PromotionForm, percentOf, promotionSchema } from './promotion-form.ts'

const good: PromotionForm = { ...EMPTY, code: 'WELCOME10', percent: '10' }

function refused(change: Partial<PromotionForm>): string[] {
  const { error } = promotionSchema('EUR').safeParse({ ...good, ...change })
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`)
}

test('what makes no sense is refused at its field', () => {
  expect(refused({})).toEqual([])
  expect(refused({ code: 'TEN PERCENT' })).toEqual(['code no_code'])
  expect(refused({ percent: '0' })).toEqual(['percent no_percent'])
  expect(refused({ percent: '120' })).toEqual(['percent no_percent'])
  expect(refused({ kind: 'amount', amount: '0' })).toEqual(['amount no_amount'])
  expect(refused({ maxUses: '0' })).toEqual(['maxUses no_count'])
  expect(refused({ startsAt: '2026-12-01T00:00', endsAt: '2026-11-01T00:00' })).toEqual(['endsAt not_after'])
})

test('percent may be written with a comma', () => {
  expect(percentOf('12,5 %')).toBe('12.5')
  expect(percentOf('12.34567')).toBeUndefined()
})

test('only the chosen kind is sent, and comes back the same', () => {
  const input = inputOf({ ...good, kind: 'amount', amount: '5', minimum: '50', maxUses: '100' }, 'EUR')
  expect(input).toMatchObject({ percent: null, amount: { amount: 500 }, min_subtotal: { amount: 5000 }, max_uses: 100 })
  const saved = {
    ...input,
    id: 'p',
    uses: 0,
    created_at: '',
    active: true,
    name: '',
    min_subtotal: { amount: 0, currency: 'EUR' },
  }
  expect(formOf(saved, 'en')).toMatchObject({ kind: 'amount', amount: '5.00', minimum: '' })
})

test('the discount is what the shop takes off', () => {
  const goods = (amount: number) => ({ amount, currency: 'EUR' })
  expect(discountOf(inputOf(good, 'EUR'), goods(1995)).amount).toBe(200)
  const five = inputOf({ ...good, kind: 'amount', amount: '5', minimum: '50' }, 'EUR')
  expect(discountOf(five, goods(4999)).amount).toBe(0)
  expect(discountOf(five, goods(5000)).amount).toBe(500)
})
