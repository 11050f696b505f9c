// Owns the messages that were sent to an account.
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useQuery } from '@tanstack/react-query'
import { useMay } from '#lib/session.ts'
import { customerMailsQuery } from './api.ts'

export function CustomerMails({ id }: { id: string }) {
  const { t } = useLingui()
  const may = useMay()
  const mayRead = may('notifications:read')
  const mails = useQuery({ ...customerMailsQuery(id), enabled: mayRead })
  if (!mayRead) return null
  const items = mails.data?.items ?? []
  return (
    <Card title={t`Messages`}>
      {mails.error && (
        <ErrorState error={mails.error} title={t`The messages could not be loaded`} retry={() => mails.refetch()} />
      )}
      {mails.isPending && (
        <Loading>
          <Skeleton className="h-24" />
        </Loading>
      )}
      {mails.data && items.length === 0 && (
        <p className="text-soft">
          <Trans>Nothing was sent to this account yet.</Trans>
        </p>
      )}
      <ul className="grid grid-cols-1">
        {items.map((mail) => (
          <li
            key={mail.id}
            className="flex flex-wrap justify-between gap-x-4 border-line border-b py-2.5 first:pt-0 last:border-0 last:pb-0"
          >
            <span className="min-w-0">{mail.subject}</span>
            <span className="text-sm text-soft">
              <RelativeTime at={mail.created_at} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
