// Owns the page of one return: what was announced, what came, what it is worth, and the next step.
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ObjectFacts } from '#lib/object-facts.tsx'
import { Page } from '#lib/page.tsx'
import { orderOfReturnQuery, returnQuery } from './api.ts'
import { InspectForm } from './inspect-form.tsx'
import { ReturnLines } from './return-lines.tsx'
import { ReturnSteps } from './return-steps.tsx'
import { ReturnBadge } from './return-words.tsx'
import { ReturnWorth } from './return-worth.tsx'

export function ReturnPage({ id }: { id: string }) {
  const { t } = useLingui()
  const { data: item } = useSuspenseQuery(returnQuery(id))
  const { data: order } = useQuery(orderOfReturnQuery(item.order_id))
  const titles = new Map(
    order?.lines.map((line) => [line.sku, [line.title, line.variant_title].filter(Boolean).join(' · ')]),
  )
  const number = order?.number ?? '…'
  return (
    <Page
      title={t`Return of ${number}`}
      above={[
        { label: t`Orders`, link: { to: '/orders' } },
        { label: t`Returns`, link: { to: '/orders/returns' } },
      ]}
      actions={<ReturnSteps item={item} />}
    >
      <div className="flex flex-wrap items-center gap-2">
        <ReturnBadge status={item.status} />
        <span className="text-soft">
          <Trans>
            asked for <RelativeTime at={item.created_at} />
          </Trans>
        </span>
      </div>
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,2fr)_minmax(18rem,1fr)]">
        <div className="grid grid-cols-1 gap-5">
          {item.allowed.includes('received') ? (
            <InspectForm key={item.updated_at} item={item} titles={titles} />
          ) : (
            <ReturnLines item={item} titles={titles} />
          )}
          <ReturnWorth item={item} />
        </div>
        <div className="grid grid-cols-1 gap-5">
          <Card title={t`Order`}>
            <Link to="/orders/$id" params={{ id: item.order_id }} className="font-medium underline underline-offset-4">
              {number}
            </Link>
            {order && <p>{order.shipping_address.name}</p>}
            {order && <p className="text-soft">{order.email}</p>}
            {item.note && (
              <>
                <h3 className="mt-3 text-sm text-soft">
                  <Trans>The buyer wrote</Trans>
                </h3>
                <p className="whitespace-pre-wrap">{item.note}</p>
              </>
            )}
            {item.reason && (
              <>
                <h3 className="mt-3 text-sm text-soft">
                  <Trans>The shop answered</Trans>
                </h3>
                <p className="whitespace-pre-wrap">{item.reason}</p>
              </>
            )}
          </Card>
          <ObjectFacts object={item} path={`/returns/${item.id}`} />
        </div>
      </div>
    </Page>
  )
}
