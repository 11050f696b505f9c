// Owns the state of the refund dialog: which pieces or how much, what becomes of the goods, and what that comes to.
import { fromDecimal } from '@rialto/ui/currency.ts'
import { useState } from 'react'
import type { OrderDetail } from './api.ts'
import { returnable } from './legal.ts'
import type { PaymentDetail } from './payment-api.ts'
import type { Disposition } from './refund-api.ts'
import { shareOf } from './refund-share.ts'

export type RefundBy = 'pieces' | 'amount'
/** `keep`: no goods come back. */
export type Goods = 'keep' | Disposition

export function useRefundPlan(order: OrderDetail, payments: readonly PaymentDetail[]) {
  const currency = order.totals.total.currency
  const [by, setBy] = useState<RefundBy>('pieces')
  const [quantities, setQuantities] = useState<Record<string, number>>({})
  const [withShipping, setWithShipping] = useState(false)
  const [text, setText] = useState('')
  const [goods, setGoods] = useState<Goods>('keep')
  const [paymentId, setPaymentId] = useState(payments[0]?.payment_id)

  const payment = payments.find(({ payment_id: id }) => id === paymentId)
  const max = payment?.refundable.amount ?? 0
  const isTaxIncluded = order.totals.tax_included
  const shares = order.lines.map((line) => shareOf(line, quantities[line.sku] ?? 0, isTaxIncluded))
  const ofPieces = shares.reduce((sum, { amount }) => sum + amount, 0)
  const tax = shares.reduce((sum, { tax }) => sum + tax, 0)
  const pieces = Object.values(quantities).reduce((sum, quantity) => sum + quantity, 0)
  const shipping = withShipping ? order.totals.shipping.amount : 0
  const wanted = by === 'pieces' ? ofPieces + shipping : fromDecimal(text, currency)
  /** Whether all that is chosen was delivered, so that it can come back. */
  const canComeBack = pieces > 0 && order.lines.every((line) => (quantities[line.sku] ?? 0) <= returnable(line))

  return {
    by,
    setBy,
    quantities,
    setQuantities,
    withShipping,
    setWithShipping,
    text,
    setText,
    goods: by === 'pieces' && canComeBack ? goods : ('keep' as const),
    setGoods,
    canComeBack,
    payment,
    setPaymentId,
    pieces,
    /** Undefined where what was typed is no amount. */
    amount: wanted,
    tax: by === 'pieces' ? tax : undefined,
    max,
    currency,
    isTooMuch: wanted !== undefined && wanted > max,
  }
}

export type RefundPlan = ReturnType<typeof useRefundPlan>
