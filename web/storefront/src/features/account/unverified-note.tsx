// Owns the reminder that an address waits to be confirmed, and another letter for those who lost the first.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { MailCheck } from 'lucide-react'
import { useResendVerification } from './api.ts'

export function UnverifiedNote({ email }: { email: string }) {
  const { t } = useLingui()
  const resend = useResendVerification()
  const explain = useExplain()
  const failure =
    resend.error instanceof ProblemError && resend.error.code === 'too_many_mails'
      ? t`We have sent several mails already. Look into your inbox and the spam folder.`
      : resend.error && explain(resend.error)
  return (
    <section aria-label={t`Confirm your address`} className="flex gap-4 rounded-card bg-accent-soft p-5">
      <Icon of={MailCheck} className="mt-0.5 text-accent" />
      <div className="grid min-w-0 justify-items-start gap-2">
        <p className="font-semibold">
          <Trans>Confirm your address</Trans>
        </p>
        <p>
          <Trans>
            Open the link in the letter to <bdi className="font-medium">{email}</bdi>. Orders that you made as a guest
            then join your account.
          </Trans>
        </p>
        {!resend.isSuccess && (
          <Button tone="outline" busy={resend.isPending} onClick={() => resend.mutate()}>
            {resend.isPending ? t`Sending…` : t`Send the letter again`}
          </Button>
        )}
        <p role="status" className="font-medium empty:hidden">
          {resend.isSuccess ? t`It is on its way.` : failure}
        </p>
      </div>
    </section>
  )
}
