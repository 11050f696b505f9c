// Owns what the shop promises everyone: delivery, returns, safe payment.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { RotateCcw, ShieldCheck, Truck } from 'lucide-react'
import { useShop } from '#lib/shop.ts'

export function Promises() {
  const { t } = useLingui()
  const days = useShop()?.return_days
  const promises = [
    { icon: Truck, title: t`Delivery you can plan`, text: t`Price and date stand on the product's page.` },
    ...(days
      ? [
          {
            icon: RotateCcw,
            title: t`${plural(days, { one: '# day to change your mind', other: '# days to change your mind' })}`,
            text: t`Return what does not fit, without a reason.`,
          },
        ]
      : []),
    { icon: ShieldCheck, title: t`Paid safely`, text: t`Your card's number never reaches us.` },
  ]
  return (
    <div className="border-line border-y bg-sunken">
      <ul className="page grid gap-x-10 gap-y-5 py-7 sm:grid-cols-3">
        {promises.map(({ icon, title, text }) => (
          <li key={title} className="flex items-start gap-3.5">
            <Icon of={icon} size={24} className="mt-0.5 text-accent" />
            <div>
              <p className="font-medium">{title}</p>
              <p className="text-sm text-soft">{text}</p>
            </div>
          </li>
        ))}
      </ul>
    </div>
  )
}
