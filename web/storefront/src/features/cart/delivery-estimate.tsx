// Owns the estimate of what delivery will cost, before an address is known.
import { Trans, useLingui } from '@lingui/react/macro'
import { api, ok } from '@rialto/api/client.ts'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Skeleton } from '@rialto/ui/skeleton.tsx'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { CountrySelect } from '#lib/country-select.tsx'
import { DeliveryDates } from '#lib/delivery-dates.tsx'
import { likelyCountry } from '#lib/likely-country.ts'
import type { Cart } from './api.ts'

const estimateQuery = (cart: Cart, country: string, postalCode: string) => {
  const items = cart.items.map(({ sku, quantity }) => ({ sku, quantity }))
  return queryOptions({
    queryKey: ['delivery-estimate', country, postalCode, items],
    queryFn: ({ signal }) =>
      ok(
        api.POST('/shipping/calculate', { body: { destination: { country, postal_code: postalCode }, items }, signal }),
      ),
    placeholderData: keepPreviousData,
  })
}

export function DeliveryEstimate({ cart }: { cart: Cart }) {
  const { t } = useLingui()
  const [isOpen, setOpen] = useState(false)
  const [country, setCountry] = useState(cart.shipping_address?.country ?? likelyCountry)
  const [postalCode, setPostalCode] = useState(cart.shipping_address?.postal_code ?? '')
  return (
    <details className="group" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex min-h-11 items-center text-soft underline underline-offset-4 hover:text-ink">
        <Trans>Estimate delivery</Trans>
      </summary>
      {isOpen && (
        <div className="grid gap-4 pt-2 pb-3">
          <div className="grid grid-cols-[1fr_8rem] gap-3">
            <Field name="estimate-country" label={t`Country`}>
              {(wiring) => (
                <CountrySelect
                  {...wiring}
                  autoComplete="shipping country"
                  value={country}
                  onChange={(event) => setCountry(event.target.value)}
                />
              )}
            </Field>
            <Field name="estimate-postcode" label={t`Postcode`}>
              {(wiring) => (
                <Input
                  {...wiring}
                  autoComplete="shipping postal-code"
                  value={postalCode}
                  onChange={(event) => setPostalCode(event.target.value)}
                />
              )}
            </Field>
          </div>
          <Options cart={cart} country={country} postalCode={postalCode.trim()} />
        </div>
      )}
    </details>
  )
}

function Options({ cart, country, postalCode }: { cart: Cart; country: string; postalCode: string }) {
  const estimate = useQuery(estimateQuery(cart, country, useDeferredValue(postalCode)))
  if (estimate.isPending) return <Skeleton className="h-16" />
  const options = estimate.data?.options ?? []
  return (
    <ul aria-live="polite" className="grid gap-2 text-sm">
      {options.map((option) => (
        <li key={option.service} className="flex justify-between gap-4">
          <span>
            {option.service}
            <span className="block text-soft">
              <DeliveryDates span={option} />
            </span>
          </span>
          {option.price.amount === 0 ? <Trans>Free</Trans> : <Money value={option.price} />}
        </li>
      ))}
      {options.length === 0 && (
        <li className="text-soft">
          {estimate.isError ? (
            <Trans>Delivery cannot be estimated just now. The checkout will say what it costs.</Trans>
          ) : (
            <Trans>We do not deliver these items there.</Trans>
          )}
        </li>
      )}
    </ul>
  )
}
