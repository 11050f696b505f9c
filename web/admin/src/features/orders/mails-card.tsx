// Owns the messages about an order: what was sent, to read and to send again.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useMay } from '#lib/session.ts'
import { StateBadge } from '#lib/words.tsx'
import { mailsQuery } from './mail-api.ts'
import { MailDialog } from './mail-dialog.tsx'
import { MAIL_WORDS } from './order-words.ts'

export function MailsCard({ orderId }: { orderId: string }) {
  const { t } = useLingui()
  const may = useMay()
  const mayRead = may('notifications:read')
  const mails = useQuery({ ...mailsQuery(orderId), enabled: mayRead })
  const [shown, setShown] = useState<string>()
  if (!mayRead) return null
  const items = mails.data?.items ?? []
  return (
    <Card title={t`Messages`}>
      {mails.error && (
        <ErrorState error={mails.error} title={t`The messages could not be loaded`} retry={() => mails.refetch()} />
      )}
      {mails.isPending && (
        <Loading>
          <Skeleton className="h-20" />
        </Loading>
      )}
      {mails.data && items.length === 0 && (
        <p className="text-soft">
          <Trans>Nothing was sent about this order yet.</Trans>
        </p>
      )}
      <ul className="-mx-3 grid">
        {items.map((mail) => (
          <li key={mail.id}>
            <Button
              tone="quiet"
              className="w-full flex-wrap justify-between! px-3! py-2 text-start! font-normal!"
              onClick={() => setShown(mail.id)}
            >
              <span className="min-w-0">
                <span className="block font-medium">{mail.subject}</span>
                <span className="block text-sm text-soft">
                  {mail.to} · <RelativeTime at={mail.created_at} />
                </span>
              </span>
              <StateBadge words={MAIL_WORDS} state={mail.status} />
            </Button>
          </li>
        ))}
      </ul>
      {shown && <MailDialog id={shown} orderId={orderId} onClose={() => setShown(undefined)} />}
    </Card>
  )
}
