// Owns the stock of one SKU: its numbers, its correction, and the ledger that explains them.
import { useLingui } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Page } from '#lib/page.tsx'
import { useMay } from '#lib/session.ts'
import { ownerQuery, stockQuery } from './api.ts'
import { CorrectionForm } from './correction-form.tsx'
import { Ledger } from './ledger.tsx'

export function SkuPage({ sku }: { sku: string }) {
  const { t } = useLingui()
  const mayWrite = useMay()('inventory:write')
  const { data: stock } = useSuspenseQuery(stockQuery(sku))
  const { data: product } = useQuery(ownerQuery(sku))
  const variant = product?.variants.find((candidate) => candidate.sku === sku)
  const numbers = [
    { label: t`Available`, value: stock.available, hint: t`can be sold now` },
    { label: t`On hand`, value: stock.on_hand, hint: t`in the warehouse` },
    { label: t`Held for payment`, value: stock.held, hint: t`orders not paid yet` },
    { label: t`To be shipped`, value: stock.committed, hint: t`paid orders` },
    { label: t`Damaged`, value: stock.damaged, hint: t`kept, not sellable` },
  ]
  return (
    <Page
      title={sku}
      above={[{ label: t`Stock`, link: { to: '/stock' } }]}
      actions={
        product && (
          <ButtonLink tone="outline" to="/products/$id" params={{ id: product.id }}>
            {[product.title, variant?.title].filter(Boolean).join(' · ')}
          </ButtonLink>
        )
      }
    >
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-card border border-line bg-line sm:grid-cols-3 xl:grid-cols-5">
        {numbers.map(({ label, value, hint }) => (
          <div key={label} className="bg-card p-4">
            <dt className="text-sm text-soft">{label}</dt>
            <dd className="text-2xl font-semibold tabular-nums">
              {value} <span className="block text-sm font-normal text-soft">{hint}</span>
            </dd>
          </div>
        ))}
      </dl>
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <Card title={t`Movements`}>
          <Ledger sku={sku} />
        </Card>
        {mayWrite && (
          <Card title={t`Correct the stock`} className="max-lg:order-first">
            <CorrectionForm stock={stock} />
          </Card>
        )}
      </div>
    </Page>
  )
}
