// Owns one attempt to pay: token, order, charge, and where that leads. It can be repeated at any point without a second charge.
import { ProblemError } from '@rialto/api/problem.ts'
import { useMutation } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { nextStop, type OrderToPay, pay, resultOf } from './api.ts'
import { attemptKey, endAttempt } from './attempt-key.ts'
import { type Refusal, refusalOf } from './declined.ts'

interface PayOptions {
  /** Of the card; undefined for an order that costs nothing. */
  tokenize: () => Promise<string | undefined>
  needsCard: boolean
  /** Places the order, if it is not there yet; undefined if that failed. */
  order: () => Promise<OrderToPay | undefined>
  /** The shop knows more than we do: its answer is to be asked for. */
  onDone: (order: OrderToPay) => void
}

/** What became of it: a refusal to be shown, or nothing, because the page goes elsewhere or says why itself. */
export function usePay({ tokenize, needsCard, order, onDone }: PayOptions) {
  const router = useRouter()
  const isUnderWay = useRef(false)
  useEffect(() => void attemptKey(), [])

  const attempt = useMutation({
    mutationFn: async (): Promise<Refusal | undefined> => {
      const card = needsCard ? await tokenize() : undefined
      if (needsCard && !card) return undefined
      const toPay = await order()
      if (!toPay) return undefined

      const returnUrl = router.buildLocation(resultOf(toPay)).publicHref
      try {
        const payment = await pay(toPay, card, attemptKey(), returnUrl)
        endAttempt()
        const bank = nextStop(payment)
        if (bank) {
          window.location.assign(bank)
          await cameBack()
        }
      } catch (error) {
        const refusal = refused(error)
        if (refusal) {
          endAttempt()
          return refusal
        }
        // No answer is not a no: the result asks the shop.
      }
      onDone(toPay)
      return undefined
    },
    onSettled: () => {
      isUnderWay.current = false
    },
  })
  return {
    ...attempt,
    mutate: () => {
      // The second press of a double click comes before anything is drawn anew.
      if (isUnderWay.current) return
      isUnderWay.current = true
      attempt.mutate()
    },
  }
}

function refused(error: unknown): Refusal | undefined {
  if (!(error instanceof ProblemError)) return undefined
  const isAnswer = error.status === 402 || error.status === 422 || error.code === 'too_many_payment_attempts'
  return isAnswer ? refusalOf(error.code) : undefined
}

/** The page leaves; a browser that kept it alive shows it again when the buyer comes back. */
function cameBack(): Promise<void> {
  return new Promise((resolve) => {
    window.addEventListener('pageshow', ({ persisted }) => persisted && resolve(), { once: true })
  })
}
