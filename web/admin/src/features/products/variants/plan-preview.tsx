// Owns what the options dialog shows of the variants to come: those that stay, are new, or go.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { nameOf, type VariantDraft } from '../form/product-form.ts'
import type { Plan, Planned } from './plan.ts'

interface PlanPreviewProps {
  plan: Plan
  isOn: (row: Planned) => boolean
  onSwitch: (row: Planned, on: boolean) => void
  leaving: readonly VariantDraft[]
}

/** More would be slow to draw and longer than anyone reads; all of them are made nevertheless. */
const SHOWN_MAX = 200

export function PlanPreview({ plan: { combinations }, isOn, onSwitch, leaving }: PlanPreviewProps) {
  const { t } = useLingui()
  const kept = combinations.filter((row) => row.variant && isOn(row)).length
  const fresh = combinations.filter((row) => !row.variant && isOn(row)).length
  if (combinations.length === 0) {
    return <p className="text-soft">{t`Give an option a name and at least one value to see the variants.`}</p>
  }
  return (
    <section aria-label={t`Variants to come`} className="grid gap-3">
      <p role="status" className="font-medium">
        {t`${kept} stay, ${fresh} new, ${leaving.length} go`}
      </p>
      <ul aria-label={t`Variants to come`} className="max-h-64 overflow-y-auto rounded-control border border-line">
        {combinations.slice(0, SHOWN_MAX).map((row) => {
          const name = Object.values(row.options).join(' · ')
          return (
            <li key={name} className="border-line border-b last:border-0">
              <label className="flex min-h-11 cursor-pointer items-center gap-3 px-3 hover:bg-sunken">
                <input
                  type="checkbox"
                  className="size-5"
                  checked={isOn(row)}
                  onChange={(event) => onSwitch(row, event.target.checked)}
                />
                <span className="grow">{name}</span>
                {row.variant ? (
                  <span className="text-sm text-soft">{row.variant.sku}</span>
                ) : (
                  <Badge tone="accent">{t`New`}</Badge>
                )}
              </label>
            </li>
          )
        })}
      </ul>
      {combinations.length > SHOWN_MAX && (
        <p className="text-sm text-soft">
          {t`${plural(combinations.length - SHOWN_MAX, { one: 'And # more.', other: 'And # more.' })}`}
        </p>
      )}
      {leaving.length > 0 && (
        <p className="text-warn">
          {t`No longer sold: ${leaving.map(nameOf).join('; ')}. Orders that have them keep them.`}
        </p>
      )}
    </section>
  )
}
