// Owns the page of one account: who it is, what they bought, what was written to them, and what staff may change.
import { useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { DateTime, RelativeTime } from '@rialto/ui/date-time.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useSuspenseQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Facts } from '#lib/facts.tsx'
import { ObjectFacts } from '#lib/object-facts.tsx'
import { Page } from '#lib/page.tsx'
import { AccountBadge, useRoleName } from './account-badge.tsx'
import { customerQuery } from './api.ts'
import { CustomerActions } from './customer-actions.tsx'
import { CustomerMails } from './customer-mails.tsx'

interface CustomerPageProps {
  id: string
  /** What they bought; orders are another feature's. */
  orders: ReactNode
}

export function CustomerPage({ id, orders }: CustomerPageProps) {
  const { t } = useLingui()
  const format = useFormat()
  const { data: account } = useSuspenseQuery(customerQuery(id))
  const roleName = useRoleName()
  return (
    <Page
      title={account.name || account.email}
      above={[{ label: t`Customers`, link: { to: '/customers' } }]}
      actions={<CustomerActions account={account} />}
    >
      <div className="flex flex-wrap items-center gap-2">
        <AccountBadge status={account.status} />
        <span className="text-soft">{roleName(account.role)}</span>
      </div>
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="grid grid-cols-1 gap-5">
          {orders}
          <CustomerMails id={id} />
        </div>
        <div className="grid grid-cols-1 gap-5">
          <Card title={t`Profile`}>
            <Facts
              facts={[
                [
                  t`E-mail`,
                  <a key="mail" href={`mailto:${account.email}`} className="underline underline-offset-4">
                    {account.email}
                  </a>,
                ],
                [t`Confirmed`, account.email_verified ? t`Yes` : t`Not yet`],
                [t`Phone`, account.phone],
                [t`Language`, account.locale && format.language(account.locale)],
                [t`Newsletter`, account.marketing_consent ? t`Wants it` : t`Does not want it`],
                [t`Registered`, <DateTime key="registered" at={account.created_at} />],
                [
                  t`Last signed in`,
                  account.last_login_at ? <RelativeTime key="last" at={account.last_login_at} /> : t`Never`,
                ],
              ]}
            />
          </Card>
          <ObjectFacts object={account} path={`/users/${account.id}`} />
        </div>
      </div>
    </Page>
  )
}
