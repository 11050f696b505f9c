// Owns when a product would arrive, and what that costs, in the visitor's country: known before anything is bought.
import { Trans, useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useQuery } from '@tanstack/react-query'
import { Truck } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { chooseCountry, useCountry } from '#lib/country.ts'
import { DeliveryDates } from '#lib/delivery-dates.tsx'
import { deliveryQuery } from './api.ts'

// The world is long, and few change it.
const CountrySelect = lazy(() => import('#lib/country-select.tsx').then((file) => ({ default: file.CountrySelect })))

export function DeliveryEstimate({ sku, quantity }: { sku: string; quantity: number }) {
  const { t } = useLingui()
  const format = useFormat()
  const country = useCountry()
  const [isChanging, setChanging] = useState(false)
  const { data, error } = useQuery(deliveryQuery(sku, quantity, country))
  const [cheapest] = data?.options ?? []
  const name = format.country(country)
  return (
    <div className="flex items-start gap-3.5">
      <Icon of={Truck} size={22} className="mt-0.5 text-accent" />
      {/* Its two lines are reserved, so that nothing moves when the answer comes. */}
      <div className="grid min-h-12 grow content-start" aria-live="polite">
        {cheapest && (
          <p>
            <span className="font-medium">
              <DeliveryDates span={cheapest} />
            </span>{' '}
            ·{' '}
            {cheapest.price.amount === 0 ? (
              <Trans>free delivery</Trans>
            ) : (
              <Trans>
                delivery <Money value={cheapest.price} />
              </Trans>
            )}
          </p>
        )}
        {data && !cheapest && (
          <p className="font-medium">
            <Trans>We do not deliver this to {name}.</Trans>
          </p>
        )}
        {error && (
          <p>
            <Trans>Delivery is worked out at the checkout.</Trans>
          </p>
        )}
        {isChanging ? (
          <div className="mt-1 max-w-xs">
            <label htmlFor="deliver-to" className="sr-only">{t`Deliver to`}</label>
            <Suspense fallback={<div className="min-h-11" />}>
              <CountrySelect
                id="deliver-to"
                name="country"
                autoComplete="country"
                autoFocus
                value={country}
                onChange={(event) => chooseCountry(event.target.value)}
              />
            </Suspense>
          </div>
        ) : (
          <p className="text-sm text-soft">
            <Trans>to {name}</Trans>{' '}
            <button
              type="button"
              onClick={() => setChanging(true)}
              className="min-h-6 px-1 underline underline-offset-4 hover:text-ink"
            >
              <Trans>Change country</Trans>
            </button>
          </p>
        )}
      </div>
    </div>
  )
}
