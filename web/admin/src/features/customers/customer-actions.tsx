// Owns what staff may do to an account: shut it, open it again, give it a role.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useState } from 'react'
import { ActionButton } from '#lib/action-button.tsx'
import { useBlocked } from '#lib/use-blocked.ts'
import { type Account, useDisableCustomer, useEnableCustomer } from './api.ts'
import { RoleDialog } from './role-dialog.tsx'
import { useRefusal } from './use-refusal.ts'

export function CustomerActions({ account }: { account: Account }) {
  const { t } = useLingui()
  const say = useToast()
  const blocked = useBlocked()
  const [open, setOpen] = useState<'role' | 'disable'>()
  const enable = useEnableCustomer(account.id)
  const name = account.name || account.email
  if (account.status === 'erased') return null
  return (
    <div className="flex flex-wrap items-center gap-2">
      {enable.error && (
        <p role="alert" className="text-bad">
          <Trans>The account could not be opened. Please try again.</Trans>
        </p>
      )}
      <ActionButton tone="outline" size="small" blocked={blocked('roles:write')} onClick={() => setOpen('role')}>
        <Trans>Change role</Trans>
      </ActionButton>
      {account.status === 'disabled' ? (
        <ActionButton
          tone="outline"
          size="small"
          blocked={blocked('users:write')}
          busy={enable.isPending}
          onClick={() => enable.mutate(undefined, { onSuccess: () => say({ text: t`${name} can sign in again.` }) })}
        >
          <Trans>Open the account again</Trans>
        </ActionButton>
      ) : (
        <ActionButton tone="danger" size="small" blocked={blocked('users:write')} onClick={() => setOpen('disable')}>
          <Trans>Shut the account</Trans>
        </ActionButton>
      )}
      {open === 'role' && <RoleDialog account={account} onClose={() => setOpen(undefined)} />}
      {open === 'disable' && <DisableDialog account={account} onClose={() => setOpen(undefined)} />}
    </div>
  )
}

function DisableDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useLingui()
  const say = useToast()
  const refusal = useRefusal()
  const disable = useDisableCustomer(account.id)
  const name = account.name || account.email
  function shut() {
    disable.mutate(undefined, {
      onSuccess: () => {
        say({ text: t`${name} can no longer sign in.` })
        onClose()
      },
    })
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Shut the account of ${name}?`}
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            <Trans>Keep it open</Trans>
          </Button>
          <Button tone="danger" busy={disable.isPending} onClick={shut}>
            <Trans>Shut the account</Trans>
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {disable.error instanceof ProblemError && (
          <ErrorState error={disable.error} title={t`The account is still open`}>
            {refusal(disable.error)}
          </ErrorState>
        )}
        <p>
          <Trans>
            They are signed out everywhere at once and cannot sign in again. Their orders go on as before. You can open
            the account again at any time.
          </Trans>
        </p>
      </div>
    </Dialog>
  )
}
