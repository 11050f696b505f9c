// Owns reading one message as it was sent, and sending it again.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useQuery } from '@tanstack/react-query'
import { ActionButton } from '#lib/action-button.tsx'
import { Facts } from '#lib/facts.tsx'
import { useBlocked } from '#lib/use-blocked.ts'
import { StateBadge } from '#lib/words.tsx'
import { mailQuery, useResendMail } from './mail-api.ts'
import { MAIL_WORDS } from './order-words.ts'

export function MailDialog({ id, orderId, onClose }: { id: string; orderId: string; onClose: () => void }) {
  const { t } = useLingui()
  const say = useToast()
  const blocked = useBlocked()
  const mail = useQuery(mailQuery(id))
  const resend = useResendMail(orderId)
  const { data } = mail
  const to = data?.to ?? ''

  function again() {
    resend.mutate(id, {
      onSuccess: ({ status }) => {
        say({ text: status === 'suppressed' ? t`${to} does not want such messages.` : t`On its way to ${to} again.` })
        onClose()
      },
    })
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={data?.subject ?? t`Message`}
      className="w-[min(46rem,calc(100vw-2rem))]!"
      actions={
        data && (
          <ActionButton tone="outline" blocked={blocked('notifications:send')} busy={resend.isPending} onClick={again}>
            <Trans>Send it again</Trans>
          </ActionButton>
        )
      }
    >
      <div className="grid gap-4">
        {resend.error && (
          <ErrorState error={resend.error} title={t`It was not sent again`}>
            {resend.error instanceof ProblemError && resend.error.code === 'not_resendable' && (
              <Trans>It held a link that is good for one use. The buyer can ask for a new one.</Trans>
            )}
          </ErrorState>
        )}
        {mail.error && (
          <ErrorState error={mail.error} title={t`The message could not be loaded`} retry={() => mail.refetch()} />
        )}
        {mail.isPending && (
          <Loading>
            <Skeleton className="h-64" />
          </Loading>
        )}
        {data && (
          <>
            <Facts
              facts={[
                [t`To`, data.to],
                [t`State`, <StateBadge key="state" words={MAIL_WORDS} state={data.status} />],
                [
                  t`Sent`,
                  data.sent_at && (
                    <DateTime key="sent" at={data.sent_at} options={{ dateStyle: 'medium', timeStyle: 'short' }} />
                  ),
                ],
                [t`Why`, data.reason],
              ]}
            />
            {data.content_hidden ? (
              <p className="text-soft">
                <Trans>Its content is not shown, because it holds a link that is good for one use.</Trans>
              </p>
            ) : (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys.
              <pre tabIndex={0} lang={data.language} className="rounded-control bg-sunken p-4 whitespace-pre-wrap">
                {data.text}
              </pre>
            )}
          </>
        )}
      </div>
    </Dialog>
  )
}
