// Owns the panel in which a rate is made, changed or removed.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Drawer } from '@rialto/ui/drawer.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useShowFieldProblems } from '#lib/form/form-errors.ts'
import { shopCurrencyQuery } from '#lib/shop-currency.ts'
import { type Rate, useDeleteRate, useSaveRate, type Zone, zonesQuery } from './api.ts'
import { emptyRate, type RateValues, rateDraftOf, rateValuesOf } from './rate-draft.ts'
import { RateForm } from './rate-form.tsx'
import { useRateWords } from './rate-words.tsx'
import { useRateForm } from './use-rate-form.ts'

interface RateDrawerProps {
  open: boolean
  zone: Zone
  /** Absent for a new one. */
  rate: Rate | undefined
  onClose: () => void
}

export function RateDrawer({ open, zone, rate, onClose }: RateDrawerProps) {
  const { t } = useLingui()
  return (
    <Drawer
      open={open}
      onClose={onClose}
      title={rate ? t`Change ${rate.service}` : t`New rate`}
      className="w-[min(40rem,100vw)]!"
    >
      <RateEditor key={rate?.id} zone={zone} rate={rate} onDone={onClose} />
    </Drawer>
  )
}

/** What the shop calls its fields, where the form calls them otherwise. */
const RENAMED = {
  'pricing.amount': 'amount',
  'pricing.first': 'amount',
  'pricing.each': 'each',
  free_over: 'freeOver',
  max_weight_g: 'maxWeight',
  min_days: 'minDays',
  max_days: 'maxDays',
}

function RateEditor({ zone, rate, onDone }: { zone: Zone; rate: Rate | undefined; onDone: () => void }) {
  const { t } = useLingui()
  const say = useToast()
  const explain = useExplain()
  const words = useRateWords()
  const { data: shopCurrency } = useQuery(shopCurrencyQuery)
  const { data: zones } = useQuery(zonesQuery)
  const carriers = [...new Set(zones?.flatMap(({ rates }) => rates.map(({ carrier }) => carrier)))]
  const currency = zone.rates[0]?.currency ?? shopCurrency ?? 'EUR'
  const form = useRateForm(rate ? rateValuesOf(rate) : emptyRate(currency, carriers[0] ?? 'sandbox'))
  const save = useSaveRate(zone.id, rate)
  const remove = useDeleteRate()
  const showProblems = useShowFieldProblems(form, RENAMED)
  const [failure, setFailure] = useState<string>()
  const [isRemoving, setRemoving] = useState(false)

  async function submit(values: RateValues) {
    setFailure(undefined)
    try {
      const saved = await save.mutateAsync(rateDraftOf(values))
      say({ text: t`${saved.service} is saved` })
      onDone()
    } catch (error) {
      fail(error)
    }
  }

  function fail(error: unknown) {
    const code = error instanceof ProblemError ? error.code : undefined
    if (code === 'stale' || code === 'changed_meanwhile') {
      // The list is read anew, so that the next save goes over what is stored now.
      const now = rate ? words.price(rate) : ''
      setFailure(t`Somebody else saved this rate meanwhile (${now} when you opened it). Save again to replace theirs.`)
    } else if (!showProblems(error, { unknown_carrier: t`The shop knows no carrier of this name.` })) {
      setFailure(explain(error))
    }
  }

  return (
    <RateForm form={form} carriers={carriers} failure={failure} onSubmit={submit}>
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" tone="accent" busy={save.isPending}>
          {save.isPending ? t`Saving…` : t`Save the rate`}
        </Button>
        <Button tone="quiet" onClick={onDone}>
          <Trans>Cancel</Trans>
        </Button>
        {rate && !isRemoving && (
          <Button tone="danger" className="ms-auto" onClick={() => setRemoving(true)}>
            <Trans>Delete</Trans>
          </Button>
        )}
      </div>
      {rate && isRemoving && (
        <div className="flex flex-wrap items-center gap-3 rounded-card bg-bad-soft p-4">
          <p className="grow basis-52">
            <Trans>Shoppers no longer see {rate.service}. To pause it, take its check mark away instead.</Trans>
          </p>
          <Button
            tone="danger"
            busy={remove.isPending}
            onClick={() => remove.mutate(rate, { onSuccess: onDone, onError: fail })}
          >
            <Trans>Delete the rate</Trans>
          </Button>
        </div>
      )}
    </RateForm>
  )
}
