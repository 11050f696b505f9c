// Owns the taking of somebody into the staff: their account, and the role they get.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Radio, RadioGroup } from '@rialto/ui/checkbox.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorSummary, type FormError } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { type Account, accountsQuery, CUSTOMER, rolesQuery, useAssignRole } from './api.ts'
import { useRefusal } from './use-refusal.ts'

export function AddDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLingui()
  return (
    <Dialog open={open} onClose={onClose} title={t`Add someone to the staff`}>
      <AddForm onDone={onClose} />
    </Dialog>
  )
}

function AddForm({ onDone }: { onDone: () => void }) {
  const { t } = useLingui()
  const say = useToast()
  const refusal = useRefusal()
  const assign = useAssignRole()
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState<Account>()
  const [role, setRole] = useState('')
  const [attempt, setAttempt] = useState(0)
  const q = useDeferredValue(typed.trim())
  const accounts = useQuery(accountsQuery(q))
  const { data: roles = [] } = useQuery(rolesQuery)
  const found = q.length >= 2 ? (accounts.data ?? []).filter((account) => account.role === CUSTOMER) : []

  function problems(): FormError[] {
    if (attempt === 0) return []
    return [
      ...(chosen ? [] : [{ name: 'person', message: t`Find their account and choose it.` }]),
      ...(role ? [] : [{ name: 'role', message: t`Choose a role.` }]),
      ...(assign.error ? [{ message: refusal(assign.error) }] : []),
    ]
  }

  function submit() {
    setAttempt((count) => count + 1)
    if (!chosen || !role) return
    assign.mutate(
      { id: chosen.id, role },
      {
        onSuccess: (account) => {
          say({ text: t`${account.name || account.email} works here now, and signs in anew` })
          onDone()
        },
      },
    )
  }

  return (
    <form
      noValidate
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <ErrorSummary errors={problems()} attempt={attempt + assign.failureCount} />
      <p className="text-soft">
        <Trans>Whoever is to work here makes an account in the shop first, with their own address and password.</Trans>
      </p>
      <Field name="person" label={t`Name or e-mail`}>
        {(wiring) => (
          <Input
            {...wiring}
            type="search"
            autoComplete="off"
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value)
              setChosen(undefined)
            }}
          />
        )}
      </Field>
      {found.length > 0 && (
        <RadioGroup name="account" legend={t`Who`}>
          {found.map((account) => (
            <Radio
              key={account.id}
              name="account"
              label={account.name}
              hint={account.email}
              checked={chosen?.id === account.id}
              onChange={() => setChosen(account)}
            />
          ))}
        </RadioGroup>
      )}
      {q.length >= 2 && !accounts.isFetching && found.length === 0 && (
        <p role="status" className="text-soft">
          <Trans>No customer's account matches.</Trans>
        </p>
      )}
      <Field name="role" label={t`Role`}>
        {(wiring) => (
          <Select {...wiring} value={role} onChange={(event) => setRole(event.target.value)}>
            <option value="">{t`Choose…`}</option>
            {roles
              .filter(({ name }) => name !== CUSTOMER)
              .map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
          </Select>
        )}
      </Field>
      <div className="flex flex-wrap justify-end gap-3">
        <Button tone="quiet" onClick={onDone}>
          <Trans>Not now</Trans>
        </Button>
        <Button type="submit" busy={assign.isPending}>
          <Trans>Give the role</Trans>
        </Button>
      </div>
    </form>
  )
}
