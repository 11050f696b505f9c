// Owns the controls that filter the list of accounts.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { useQuery } from '@tanstack/react-query'
import { useRoleName } from './account-badge.tsx'
import { ACCOUNT_STATUSES, type CustomerFilter, rolesQuery } from './api.ts'

interface CustomerFiltersProps {
  filter: CustomerFilter
  onChange: (change: CustomerFilter) => void
}

export function CustomerFilters({ filter, onChange }: CustomerFiltersProps) {
  const { t } = useLingui()
  const roleName = useRoleName()
  const roles = useQuery(rolesQuery)
  const words = { active: t`Active`, disabled: t`Disabled`, erased: t`Erased` }
  return (
    <div className="flex flex-wrap items-end gap-3">
      <form
        key={filter.q}
        className="flex grow items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          const q = String(new FormData(event.currentTarget).get('q') ?? '').trim()
          onChange({ q: q || undefined })
        }}
      >
        <Field name="q" label={t`Name, e-mail or phone`} className="min-w-0 grow">
          {(wiring) => <Input {...wiring} name="q" type="search" defaultValue={filter.q ?? ''} />}
        </Field>
        <Button type="submit" tone="outline" className="shrink-0">
          {t`Search`}
        </Button>
      </form>
      <Field name="role" label={t`Role`}>
        {(wiring) => (
          <Select
            {...wiring}
            value={filter.role ?? ''}
            onChange={(event) => onChange({ role: event.target.value || undefined })}
          >
            <option value="">{t`Any`}</option>
            <option value="customer">{roleName('customer')}</option>
            {(roles.data?.items ?? [])
              .filter(({ name }) => name !== 'customer')
              .map(({ name, title }) => (
                <option key={name} value={name}>
                  {name === 'admin' ? roleName(name) : title}
                </option>
              ))}
          </Select>
        )}
      </Field>
      <Field name="status" label={t`Status`}>
        {(wiring) => (
          <Select
            {...wiring}
            value={filter.status ?? ''}
            onChange={(event) => onChange({ status: event.target.value || undefined })}
          >
            <option value="">{t`Any`}</option>
            {ACCOUNT_STATUSES.map((status) => (
              <option key={status} value={status}>
                {words[status]}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  )
}
