// Owns the answer of the zones: which one it is, which rates apply at what price, and why others do not.
import { Trans, useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Link } from '@tanstack/react-router'
import { Check, Minus } from 'lucide-react'
import type { Trial } from './api.ts'
import { EXCLUDED, NO_DELIVERY } from './words.ts'

export function TryResult({ trial }: { trial: Trial }) {
  const { t, i18n } = useLingui()
  const { zone, rates, reason } = trial
  return (
    <div role="status" className="grid gap-4">
      {zone && (
        <p>
          <Trans>
            Zone:{' '}
            <Link
              to="/shipping/zones/$id"
              params={{ id: zone.id }}
              className="inline-flex min-h-8 items-center font-medium underline underline-offset-4"
            >
              {zone.name}
            </Link>
          </Trans>
        </p>
      )}
      {reason && <p className="rounded-card bg-warn-soft p-4 font-medium">{i18n._(NO_DELIVERY[reason])}</p>}
      {rates.length > 0 && (
        <ul aria-label={t`Rates`} className="grid">
          {rates.map(({ rate_id, service, carrier, price, excluded }) => (
            <li key={rate_id} className="flex items-start gap-3 border-line border-b py-3 last:border-0 last:pb-0">
              <Icon of={price ? Check : Minus} className={price ? 'mt-0.5 text-good' : 'mt-0.5 text-soft'} />
              <span className="grow">
                <span className={price ? 'font-medium' : 'text-soft'}>{service}</span>{' '}
                <span className="text-sm text-soft">{carrier}</span>
                {excluded && <span className="block text-sm text-soft">{i18n._(EXCLUDED[excluded])}</span>}
              </span>
              {price && (price.amount === 0 ? <span className="font-medium">{t`free`}</span> : <Money value={price} />)}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
