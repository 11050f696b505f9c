// Owns the rules of a rate's form.
import { zodResolver } from '@hookform/resolvers/zod'
import { useLingui } from '@lingui/react/macro'
import { useMemo } from 'react'
import { type UseFormReturn, useForm } from 'react-hook-form'
import { z } from '#lib/form/zod.ts'
import { amountOf } from '#lib/money-text.ts'
import type { RateValues } from './rate-draft.ts'
import { fromKilograms } from './weight.ts'

export type RateFormHandle = UseFormReturn<RateValues>

export function useRateForm(values: RateValues): RateFormHandle {
  const { t } = useLingui()
  const schema = useMemo(() => {
    const days = z.string().regex(/^\s*\d{1,3}\s*$/, t`Write a number of days.`)
    const shape = z.object({
      service: z.string().trim().min(1, t`Give the service a name.`).max(60, t`The name is too long.`),
      carrier: z.string().trim().min(1, t`Say which carrier brings it.`),
      currency: z.string().regex(/^[A-Z]{3}$/, t`Write a currency such as EUR.`),
      kind: z.enum(['flat', 'by_weight', 'by_value', 'per_item']),
      amount: z.string(),
      each: z.string(),
      tiers: z.array(z.object({ upTo: z.string(), amount: z.string() })),
      freeOver: z.string(),
      maxWeight: z.string(),
      minDays: days,
      maxDays: days,
      active: z.boolean(),
    })
    return shape.superRefine((rate, context) => {
      const complain = (path: (string | number)[], message: string) =>
        context.addIssue({ code: 'custom', path, message })
      const isAmount = (text: string) => (amountOf(text, rate.currency) ?? -1) >= 0
      const noAmount = t`Write an amount, such as 4.90.`
      const noWeight = t`Write a weight in kilograms, such as 31.5.`

      if (rate.kind === 'flat' || rate.kind === 'per_item') {
        if (!isAmount(rate.amount)) complain(['amount'], noAmount)
        if (rate.kind === 'per_item' && !isAmount(rate.each)) complain(['each'], noAmount)
      } else {
        const limitOf = rate.kind === 'by_weight' ? fromKilograms : (text: string) => amountOf(text, rate.currency)
        let above = -1
        for (const [index, tier] of rate.tiers.entries()) {
          if (!isAmount(tier.amount)) complain(['tiers', index, 'amount'], noAmount)
          const isLast = index === rate.tiers.length - 1
          if (isLast && tier.upTo.trim() === '') continue
          const limit = limitOf(tier.upTo)
          if (limit === undefined) complain(['tiers', index, 'upTo'], rate.kind === 'by_weight' ? noWeight : noAmount)
          else if (limit <= above) complain(['tiers', index, 'upTo'], t`Each step must end above the one before it.`)
          above = Math.max(above, limit ?? above)
        }
      }
      if (rate.freeOver.trim() && !isAmount(rate.freeOver)) complain(['freeOver'], noAmount)
      if (rate.maxWeight.trim() && fromKilograms(rate.maxWeight) === undefined) complain(['maxWeight'], noWeight)
      if (Number(rate.maxDays) < Number(rate.minDays))
        complain(['maxDays'], t`This must not be less than the fewest days.`)
    })
  }, [t])
  return useForm<RateValues>({ resolver: zodResolver(schema), defaultValues: values })
}
