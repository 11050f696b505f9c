// Owns the promotion code: behind a link until wanted, then applied, then removable.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Badge } from '@rialto/ui/badge.tsx'
import { Button } from '@rialto/ui/button.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useState } from 'react'
import type { Cart } from './api.ts'
import { useRemoveCoupon, useSetCoupon } from './changes.ts'
import { useCouponWords } from './problems.tsx'

export function CouponForm({ cart }: { cart: Cart }) {
  const { t } = useLingui()
  const [open, setOpen] = useState(false)
  const apply = useSetCoupon()
  const remove = useRemoveCoupon()
  const why = useCouponWords()
  const explain = useExplain()

  if (cart.coupon) {
    const broken = cart.problems.find(({ code }) => code.startsWith('coupon_'))
    return (
      <div className="grid gap-1">
        <div className="flex items-center justify-between gap-3">
          <Badge tone={broken ? 'warn' : 'good'}>{cart.coupon}</Badge>
          <Button tone="quiet" aria-label={t`Remove the code ${cart.coupon}`} onClick={() => remove.mutate()}>
            <Trans>Remove</Trans>
          </Button>
        </div>
        {broken && <p className="text-sm font-medium text-warn">{why(broken.code)}</p>}
      </div>
    )
  }
  if (!open) {
    return (
      <button
        type="button"
        className="min-h-11 justify-self-start text-start text-soft underline underline-offset-4 hover:text-ink"
        onClick={() => setOpen(true)}
      >
        <Trans>Add a promotion code</Trans>
      </button>
    )
  }

  const reason = apply.error instanceof ProblemError ? apply.error.errors[0]?.code : undefined
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        const code = String(new FormData(event.currentTarget).get('coupon')).trim()
        if (code) apply.mutate(code, { onSuccess: () => setOpen(false) })
      }}
    >
      <Field
        name="coupon"
        label={t`Promotion code`}
        error={apply.error && (reason?.startsWith('coupon_') ? why(reason) : explain(apply.error))}
      >
        {(wiring) => (
          <div className="flex gap-2">
            <Input
              {...wiring}
              name="coupon"
              autoFocus
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              onChange={() => apply.error && apply.reset()}
            />
            <Button type="submit" tone="outline" busy={apply.isPending}>
              <Trans>Apply</Trans>
            </Button>
          </div>
        )}
      </Field>
    </form>
  )
}
