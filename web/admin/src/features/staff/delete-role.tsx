// Owns the removal of a role, which works as long as nobody has it.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useNavigate } from '@tanstack/react-router'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { ActionMenu } from '#lib/overlays/menu.tsx'
import { type Role, useDeleteRole } from './api.ts'
import { useRefusal } from './use-refusal.ts'

export function DeleteRole({ role, people }: { role: Role; people: number }) {
  const { t } = useLingui()
  const say = useToast()
  const navigate = useNavigate()
  const refusal = useRefusal()
  const [isOpen, setOpen] = useState(false)
  const remove = useDeleteRole()

  function confirm() {
    remove.mutate(role.name, {
      onSuccess: () => {
        say({ text: t`${role.title} is deleted` })
        navigate({ to: '/settings/roles', ignoreBlocker: true })
      },
    })
  }

  return (
    <>
      <ActionMenu
        label={t`Actions of ${role.title}`}
        actions={[
          {
            label: t`Delete the role`,
            icon: Trash2,
            danger: true,
            refusal: people > 0 ? t`Somebody has it.` : undefined,
            onSelect: () => setOpen(true),
          },
        ]}
      />
      <Dialog
        open={isOpen}
        onClose={() => setOpen(false)}
        title={t`Delete ${role.title}?`}
        actions={
          <>
            <Button tone="quiet" onClick={() => setOpen(false)}>
              <Trans>Keep it</Trans>
            </Button>
            <Button tone="danger" busy={remove.isPending} onClick={confirm}>
              <Trans>Delete the role</Trans>
            </Button>
          </>
        }
      >
        <div className="grid gap-3">
          <p>
            <Trans>Nobody has it, so nobody is signed out.</Trans>
          </p>
          {remove.error && (
            <ErrorState error={remove.error} title={t`The role was not deleted`}>
              {refusal(remove.error)}
            </ErrorState>
          )}
        </div>
      </Dialog>
    </>
  )
}
