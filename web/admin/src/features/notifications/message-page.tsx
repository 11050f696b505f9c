// Owns the page of one message: what it said, how it went, and sending it again.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Card } from '@rialto/ui/card.tsx'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ActionButton } from '#lib/action-button.tsx'
import { Facts } from '#lib/facts.tsx'
import { MailView } from '#lib/mail/mail-view.tsx'
import { ObjectFacts } from '#lib/object-facts.tsx'
import { Page } from '#lib/page.tsx'
import { useBlocked } from '#lib/use-blocked.ts'
import { StateBadge } from '#lib/words.tsx'
import { type MessageDetail, messageQuery, useResend } from './api.ts'
import { MESSAGE_WORDS, TOPIC_WORDS, titleOf } from './words.ts'

export function MessagePage({ id }: { id: string }) {
  const { t, i18n } = useLingui()
  const say = useToast()
  const navigate = useNavigate()
  const blocked = useBlocked()
  const resend = useResend(id)
  const { data: message } = useSuspenseQuery(messageQuery(id))
  const isSecret = message.content_hidden
  const reason = isSecret
    ? t`It holds a link that works once. Such mails are sent anew by whoever asks for them.`
    : undefined

  function sendAgain() {
    resend.mutate(undefined, {
      onSuccess: (sent) =>
        say({
          text: sent.status === 'suppressed' ? t`Not sent: this address is not written to` : t`It is on its way again`,
          action: {
            label: t`See it`,
            run: () => navigate({ to: '/notifications/$id', params: { id: sent.id } }),
          },
        }),
    })
  }

  return (
    <Page
      title={message.subject || t`Message`}
      above={[{ label: t`Messages`, link: { to: '/notifications' } }]}
      actions={
        <ActionButton
          tone="outline"
          busy={resend.isPending}
          blocked={reason ?? blocked('notifications:send')}
          onClick={sendAgain}
        >
          {resend.isPending ? t`Sending…` : t`Send again`}
        </ActionButton>
      }
    >
      <div className="flex flex-wrap items-center gap-3">
        <StateBadge words={MESSAGE_WORDS} state={message.status} />
        <p className="text-soft">
          <Trans>to {message.to}</Trans>
        </p>
      </div>
      {resend.error && (
        <ErrorState error={resend.error} title={t`It was not sent again`}>
          {resend.error instanceof ProblemError && resend.error.code === 'not_resendable' && reason}
        </ErrorState>
      )}
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[2fr_1fr]">
        {isSecret ? (
          <Card>
            <p>
              <Trans>
                This message held a link or a code that works once. It is shown to nobody and erased once it is sent.
              </Trans>
            </p>
          </Card>
        ) : (
          <MailView title={message.subject} html={message.html} text={message.text} />
        )}
        <div className="grid grid-cols-1 gap-5">
          <Card title={t`Sending`}>
            <SendingFacts message={message} />
          </Card>
          <ObjectFacts
            object={message}
            path={`/notifications/${message.id}`}
            facts={[
              [t`About`, i18n._(TOPIC_WORDS[message.topic])],
              [t`Template`, message.template && titleOf(message.template)],
              [t`Language`, message.language],
            ]}
          />
        </div>
      </div>
    </Page>
  )
}

function SendingFacts({ message }: { message: MessageDetail }) {
  const { t } = useLingui()
  const link = 'inline-flex min-h-6 items-center underline underline-offset-4'
  return (
    <Facts
      facts={[
        [t`Tries`, message.attempts],
        [
          t`Sent`,
          message.sent_at && (
            <DateTime key="sent" at={message.sent_at} options={{ dateStyle: 'medium', timeStyle: 'medium' }} />
          ),
        ],
        [t`Why not`, message.reason],
        [
          t`Order`,
          message.order_id && (
            <Link key="order" to="/orders/$id" params={{ id: message.order_id }} className={link}>
              <Trans>See the order</Trans>
            </Link>
          ),
        ],
        [
          t`Customer`,
          message.user_id && (
            <Link key="user" to="/customers/$id" params={{ id: message.user_id }} className={link}>
              <Trans>See the customer</Trans>
            </Link>
          ),
        ],
        [
          t`Sent before as`,
          message.resend_of && (
            <Link key="before" to="/notifications/$id" params={{ id: message.resend_of }} className={link}>
              <Trans>this message</Trans>
            </Link>
          ),
        ],
        [t`Provider's name`, message.provider_ref && <code className="text-sm break-all">{message.provider_ref}</code>],
      ]}
    />
  )
}
