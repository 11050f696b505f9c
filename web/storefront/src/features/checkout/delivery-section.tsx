// Owns the second section: how it is delivered, when it arrives, what that costs. The cheapest is chosen until told otherwise.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Radio, RadioGroup } from '@rialto/ui/checkbox.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { DeliveryDates } from '#lib/delivery-dates.tsx'
import { type Cart, type DeliveryOption, type Drafts, deliveryOptionsQuery } from './api.ts'
import { NoDelivery } from './no-delivery.tsx'

interface DeliverySectionProps {
  cart: Cart
  save: (drafts: Drafts) => Promise<unknown>
  onDone: () => void
}

export function DeliverySection({ cart, save, onDone }: DeliverySectionProps) {
  const { t } = useLingui()
  const offer = useQuery(deliveryOptionsQuery(cart))
  const choose = useMutation({ mutationFn: (option: DeliveryOption) => save({ shipping_option: option.id }) })
  const options = offer.data?.options ?? []
  const chosen = choose.isPending ? choose.variables : options.find((option) => isChosen(option, cart))
  const cheapest = options[0]

  const { mutate } = choose
  useEffect(() => {
    if (cheapest && !cart.shipping) mutate(cheapest)
  }, [cheapest, cart.shipping, mutate])

  if (offer.isPending) {
    return (
      <Loading className="grid gap-3">
        <Skeleton className="h-16" />
        <Skeleton className="h-16" />
      </Loading>
    )
  }
  if (offer.error) {
    return (
      <ErrorState error={offer.error} title={t`The deliveries could not be loaded`} retry={() => offer.refetch()} />
    )
  }
  if (!cheapest) return <NoDelivery reason={offer.data.reason ?? undefined} />

  return (
    <form
      className="grid gap-6"
      onSubmit={(event) => {
        event.preventDefault()
        onDone()
      }}
    >
      <RadioGroup name="delivery" legend={<span className="sr-only">{t`Delivery`}</span>}>
        <div className="grid overflow-hidden rounded-card border border-edge bg-card">
          {options.map((option) => (
            <Radio
              key={option.service}
              name="delivery"
              className="border-line not-first:border-t px-4 has-checked:bg-accent-soft"
              label={<span className="font-medium">{option.service}</span>}
              hint={<DeliveryDates span={option} />}
              aside={option.price.amount === 0 ? t`Free` : <Money value={option.price} />}
              checked={option === chosen}
              onChange={() => choose.mutate(option)}
            />
          ))}
        </div>
      </RadioGroup>
      {choose.error && (
        <ErrorState error={choose.error} title={t`The choice was not saved`} retry={() => mutate(chosen ?? cheapest)} />
      )}
      <Button
        type="submit"
        tone="accent"
        size="large"
        busy={choose.isPending || !cart.shipping}
        className="max-sm:w-full sm:justify-self-start"
      >
        <Trans>Continue to payment</Trans>
      </Button>
    </form>
  )
}

/** Offers get a new id each time they are asked for; what was chosen is told by its name and price. */
function isChosen(option: DeliveryOption, { shipping }: Cart): boolean {
  return shipping?.service === option.service && shipping.price.amount === option.price.amount
}
