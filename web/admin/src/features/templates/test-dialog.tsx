// Owns the sending of a test: the text in use, with sample data, to oneself or to somebody.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useSuspenseQuery } from '@tanstack/react-query'
import { profileQuery } from '#lib/session.ts'
import { type Text, useTestSend } from './api.ts'

interface TestDialogProps {
  open: boolean
  text: Text
  isDirty: boolean
  onClose: () => void
}

export function TestDialog({ open, onClose, ...rest }: TestDialogProps) {
  const { t } = useLingui()
  return (
    <Dialog open={open} onClose={onClose} title={t`Send a test`}>
      <TestForm {...rest} onDone={onClose} />
    </Dialog>
  )
}

function TestForm({ text, isDirty, onDone }: { text: Text; isDirty: boolean; onDone: () => void }) {
  const { t } = useLingui()
  const say = useToast()
  const explain = useExplain()
  const { data: user } = useSuspenseQuery(profileQuery)
  const send = useTestSend(text.name, text.language)
  const isRefused = send.error instanceof ProblemError && send.error.status === 422
  const problem = send.error && (isRefused ? t`This is no address that mails can go to.` : explain(send.error))

  return (
    <form
      noValidate
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        const to = String(new FormData(event.currentTarget).get('to') ?? '').trim()
        send.mutate(to, {
          onSuccess: () => {
            say({ text: t`The test is on its way` })
            onDone()
          },
        })
      }}
    >
      {isDirty && (
        <p className="rounded-control bg-warn-soft p-3">
          <Trans>The saved text is sent, without what you changed since. Save first to try that.</Trans>
        </p>
      )}
      <Field name="to" label={t`To`} error={problem}>
        {(wiring) => <Input {...wiring} name="to" type="email" defaultValue={user?.email} autoComplete="email" />}
      </Field>
      <div className="flex flex-wrap justify-end gap-3">
        <Button tone="quiet" onClick={onDone}>
          <Trans>Not now</Trans>
        </Button>
        <Button type="submit" busy={send.isPending}>
          {send.isPending ? t`Sending…` : t`Send the test`}
        </Button>
      </div>
    </form>
  )
}
