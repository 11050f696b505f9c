// Owns the controls that filter the list of orders.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { StateFilter } from '#lib/list/state-filter.tsx'
import { FULFILLMENT_STATUSES, type OrderFilter, PAYMENT_STATUSES, STATUSES } from './api.ts'
import { FULFILLMENT_WORDS, ORDER_WORDS, PAYMENT_WORDS } from './status-badges.tsx'

interface OrderFiltersProps {
  filter: OrderFilter
  onChange: (change: OrderFilter) => void
}

export function OrderFilters({ filter, onChange }: OrderFiltersProps) {
  const { t } = useLingui()
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <SearchBox filter={filter} onChange={onChange} />
        <StateFilter
          name="status"
          label={t`Status`}
          states={STATUSES}
          words={ORDER_WORDS}
          value={filter.status}
          onChange={(status) => onChange({ status })}
        />
        <StateFilter
          name="payment_status"
          label={t`Payment`}
          states={PAYMENT_STATUSES}
          words={PAYMENT_WORDS}
          value={filter.payment_status}
          onChange={(payment_status) => onChange({ payment_status })}
        />
        <StateFilter
          name="fulfillment_status"
          label={t`Fulfilment`}
          states={FULFILLMENT_STATUSES}
          words={FULFILLMENT_WORDS}
          value={filter.fulfillment_status}
          onChange={(fulfillment_status) => onChange({ fulfillment_status })}
        />
      </div>
      <details open={Boolean(filter.from ?? filter.to)}>
        <summary className="inline-flex min-h-9 items-center text-sm font-medium underline underline-offset-4">
          <Trans>By date</Trans>
        </summary>
        <div className="flex flex-wrap gap-3 pt-2">
          <Field name="from" label={t`Placed from`}>
            {(wiring) => (
              <Input
                {...wiring}
                type="date"
                value={dayOf(filter.from)}
                onChange={(event) => onChange({ from: startOf(event.target.value) })}
              />
            )}
          </Field>
          <Field name="to" label={t`Up to and with`}>
            {(wiring) => (
              <Input
                {...wiring}
                type="date"
                value={dayOf(filter.to, -1)}
                onChange={(event) => onChange({ to: startOf(event.target.value, 1) })}
              />
            )}
          </Field>
        </div>
      </details>
    </div>
  )
}

function SearchBox({ filter, onChange }: OrderFiltersProps) {
  const { t } = useLingui()
  return (
    <form
      key={filter.q}
      className="flex grow basis-72 items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        const q = String(new FormData(event.currentTarget).get('q') ?? '').trim()
        onChange({ q: q || undefined })
      }}
    >
      <Field name="q" label={t`Number, e-mail, SKU or tracking number`} className="min-w-0 grow">
        {(wiring) => <Input {...wiring} name="q" type="search" defaultValue={filter.q ?? ''} />}
      </Field>
      <Button type="submit" tone="outline" className="shrink-0">
        {t`Search`}
      </Button>
    </form>
  )
}

/** The beginning of a day here, `after` days later, as the API takes it. */
function startOf(day: string, after = 0): string | undefined {
  const [year, month, date] = day.split('-').map(Number)
  if (!year || !month || !date) return undefined
  return new Date(year, month - 1, date + after).toISOString()
}

/** The day of a moment here, `after` days later, as a date field takes it. */
function dayOf(moment: string | undefined, after = 0): string {
  if (!moment) return ''
  const at = new Date(moment)
  if (Number.isNaN(at.getTime())) return ''
  // `to` is the first moment that does not count: a whole day before it, unless it lies within a day.
  const day = new Date(at.getFullYear(), at.getMonth(), at.getDate() + (isMidnight(at) ? after : 0))
  const two = (value: number) => String(value).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}

function isMidnight(at: Date): boolean {
  return at.getHours() === 0 && at.getMinutes() === 0
}
