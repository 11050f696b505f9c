// Owns the bookings of a payment, double-entry: each adds up to zero.
import { useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { Money } from '@rialto/ui/money.tsx'
import type { PaymentDetail } from './api.ts'
import { ACCOUNT_WORDS, BOOKING_WORDS } from './words.ts'

export function LedgerCard({ payment }: { payment: PaymentDetail }) {
  const { t, i18n } = useLingui()
  if (payment.ledger.length === 0) return null
  const wordOf = (words: typeof ACCOUNT_WORDS, code: string) => {
    const known = words[code]
    return known ? i18n._(known) : code.replaceAll('_', ' ')
  }
  return (
    <Card title={t`Bookings`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys. */}
      <section tabIndex={0} aria-label={t`Bookings`} className="relative overflow-x-auto">
        <table className="w-full">
          <thead>
            <tr className="text-sm text-soft">
              <th scope="col" className="pe-4 pb-2 text-start font-medium">{t`Account`}</th>
              <th scope="col" className="ps-4 pb-2 text-end font-medium">{t`Debit`}</th>
              <th scope="col" className="ps-4 pb-2 text-end font-medium">{t`Credit`}</th>
            </tr>
          </thead>
          {payment.ledger.map(({ id, kind, booked_at, entries }) => (
            <tbody key={id}>
              <tr className="border-line border-t">
                <th scope="rowgroup" colSpan={3} className="pt-3 pb-1 text-start font-medium">
                  {wordOf(BOOKING_WORDS, kind)}{' '}
                  <span className="text-sm font-normal text-soft">
                    <DateTime at={booked_at} options={{ dateStyle: 'medium', timeStyle: 'medium' }} />
                  </span>
                </th>
              </tr>
              {entries.map(({ account, amount }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: an account may stand in a booking twice.
                <tr key={index} className="align-baseline">
                  <td className="py-1 pe-4">{wordOf(ACCOUNT_WORDS, account)}</td>
                  <td className="py-1 ps-4 text-end">{amount.amount > 0 && <Money value={amount} />}</td>
                  <td className="py-1 ps-4 text-end">
                    {amount.amount < 0 && <Money value={{ ...amount, amount: -amount.amount }} />}
                  </td>
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </section>
    </Card>
  )
}
