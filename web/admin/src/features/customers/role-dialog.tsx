// Owns the choice of an account's role, with what it allows.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Radio, RadioGroup } from '@rialto/ui/checkbox.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useRoleName } from './account-badge.tsx'
import { type Account, rolesQuery, useAssignRole } from './api.ts'
import { useRefusal } from './use-refusal.ts'

export function RoleDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useLingui()
  const say = useToast()
  const format = useFormat()
  const roleName = useRoleName()
  const refusal = useRefusal()
  const roles = useQuery(rolesQuery)
  const assign = useAssignRole(account.id)
  const [role, setRole] = useState(account.role)
  const name = account.name || account.email

  function save() {
    assign.mutate(role, {
      onSuccess: () => {
        say({ text: t`${name} has another role now, and signs in anew.` })
        onClose()
      },
    })
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t`The role of ${name}`}
      actions={
        <Button busy={assign.isPending} disabled={role === account.role} onClick={save}>
          <Trans>Give this role</Trans>
        </Button>
      }
    >
      <div className="grid gap-4">
        {assign.error && (
          <ErrorState error={assign.error} title={t`The role was not changed`}>
            {refusal(assign.error)}
          </ErrorState>
        )}
        {roles.error && (
          <ErrorState error={roles.error} title={t`The roles could not be loaded`} retry={() => roles.refetch()} />
        )}
        {roles.isPending && (
          <Loading>
            <Skeleton className="h-40" />
          </Loading>
        )}
        {roles.data && (
          <RadioGroup name="role" legend={t`Role`} hint={t`Their sessions end, so that the new rights count at once.`}>
            {roles.data.items.map(({ name, title, permissions, built_in }) => (
              <Radio
                key={name}
                name="role"
                label={built_in ? roleName(name) : title}
                hint={permissions.length === 0 ? t`Shops, and nothing else` : format.list(permissions)}
                checked={role === name}
                onChange={() => setRole(name)}
              />
            ))}
          </RadioGroup>
        )}
      </div>
    </Dialog>
  )
}
