// The checkout. `?step=` is the section that is open; without one it is the first that is not complete.
import { type QueryClient, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute, redirect, useNavigate } from '@tanstack/react-router'
import { addressesQuery } from '#features/account/api.ts'
import { cartQuery } from '#features/cart/api.ts'
import { changesAnswered, useSaveDrafts } from '#features/cart/changes.ts'
import { CheckoutNotice, openProblems } from '#features/cart/checkout-notice.tsx'
import { prepareCheckout } from '#features/checkout/api.ts'
import type { Buyer } from '#features/checkout/buyer.ts'
import { CheckoutPage } from '#features/checkout/checkout-page.tsx'
import { isStep, type Step } from '#features/checkout/steps.ts'
import { resultOf } from '#features/payment/api.ts'
import { PayForm } from '#features/payment/pay-form.tsx'
import { readBought } from '#lib/bought.ts'
import { profileQuery } from '#lib/session.ts'

export const Route = createFileRoute('/checkout')({
  validateSearch: (search: Record<string, unknown>): { step?: Step } =>
    isStep(search['step']) ? { step: search['step'] } : {},
  loader: async ({ context: { queryClient }, cause }) => {
    const [cart, buyer] = await Promise.all([
      // Nothing is paid by a cart that was looked at earlier, or that misses what was added a moment ago.
      changesAnswered(queryClient).then(() => queryClient.fetchQuery(cartQuery)),
      buyerOf(queryClient),
    ])
    if (cart.items.length === 0) throw redirect(whereTo())
    if (buyer.isSignedIn && cause !== 'preload') {
      queryClient.setQueryData(cartQuery.queryKey, await prepareCheckout(queryClient, cart, buyer))
    }
    return buyer
  },
  component: CheckoutRoute,
})

function CheckoutRoute() {
  const { step } = Route.useSearch()
  const buyer = Route.useLoaderData()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { data: cart } = useSuspenseQuery(cartQuery)
  const save = useSaveDrafts()
  return (
    <CheckoutPage
      cart={cart}
      asked={step}
      buyer={buyer}
      save={save.mutateAsync}
      refresh={() => queryClient.invalidateQueries({ queryKey: cartQuery.queryKey })}
      notice={openProblems(cart).length > 0 && <CheckoutNotice cart={cart} />}
      pay={(slot) => <PayForm {...slot} onDone={(order) => navigate({ ...resultOf(order), replace: true })} />}
      onSoldElsewhere={() => navigate(whereTo())}
    />
  )
}

async function buyerOf(queryClient: QueryClient): Promise<Buyer> {
  const profile = await queryClient.ensureQueryData(profileQuery)
  if (!profile) return { isSignedIn: false }
  const { items } = await queryClient.ensureQueryData(addressesQuery)
  const address = (items.find(({ default_shipping }) => default_shipping) ?? items[0])?.address
  return { isSignedIn: true, email: profile.email, name: profile.name, address }
}

/** An empty cart has become an order, perhaps in another tab. */
function whereTo() {
  const bought = readBought()
  return bought ? ({ ...resultOf(bought), replace: true } as const) : ({ to: '/cart', replace: true } as const)
}
