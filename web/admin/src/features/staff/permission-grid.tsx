// Owns the grid of permissions: parts of the shop down, seeing and doing across. It can be searched.
import { Trans, useLingui } from '@lingui/react/macro'
import { Field, FieldError, fieldId } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useState } from 'react'
import { useMay } from '#lib/session.ts'
import type { Permission } from './api.ts'
import { GROUPS, type PermissionGroup } from './permission-words.ts'

interface PermissionGridProps {
  value: readonly Permission[]
  onChange: (value: Permission[]) => void
  readOnly: boolean
  error: string | undefined
}

export function PermissionGrid({ value, onChange, readOnly, error }: PermissionGridProps) {
  const { t, i18n } = useLingui()
  const [query, setQuery] = useState('')
  const wanted = query.trim().toLocaleLowerCase()
  const shown = GROUPS.filter(({ part, see, act }) =>
    [part, see?.allows, act?.allows, see?.permission, act?.permission].some((words) => {
      const text = typeof words === 'string' ? words : words && i18n._(words)
      return text?.toLocaleLowerCase().includes(wanted)
    }),
  )

  function toggle(group: PermissionGroup, permission: Permission) {
    if (value.includes(permission)) {
      // Who may not look may not act either.
      const gone = permission === group.see?.permission ? [permission, group.act?.permission] : [permission]
      onChange(value.filter((held) => !gone.includes(held)))
    } else {
      const needed = permission === group.act?.permission && group.see ? [group.see.permission] : []
      onChange([...new Set([...value, ...needed, permission])])
    }
  }

  return (
    <div className="grid gap-4">
      <Field name="permission-search" label={t`Search`} className="max-w-sm">
        {(wiring) => (
          <Input
            {...wiring}
            type="search"
            autoComplete="off"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
          />
        )}
      </Field>
      <FieldError id={`${fieldId('permissions')}-error`}>{error}</FieldError>
      <table id={fieldId('permissions')} tabIndex={-1} className="block w-full outline-none md:table">
        <thead className="max-md:sr-only">
          <tr className="text-sm text-soft">
            <th scope="col" className="pe-4 pb-2 text-start font-medium">{t`Part of the shop`}</th>
            <th scope="col" className="pe-4 pb-2 text-start font-medium">{t`See`}</th>
            <th scope="col" className="pb-2 text-start font-medium">{t`Do`}</th>
          </tr>
        </thead>
        <tbody className="block md:table-row-group">
          {shown.map((group) => (
            <tr key={i18n._(group.part)} className="block border-line border-t py-2 md:table-row md:py-0">
              <th scope="row" className="block py-1.5 pe-4 text-start font-medium md:table-cell md:align-top md:py-3">
                {i18n._(group.part)}
              </th>
              {[group.see, group.act].map((cell, index) => (
                <td key={index === 0 ? 'see' : 'act'} className="block pe-4 md:table-cell md:w-2/5 md:align-top">
                  {cell && (
                    <Choice
                      {...cell}
                      checked={value.includes(cell.permission)}
                      readOnly={readOnly}
                      onToggle={() => toggle(group, cell.permission)}
                    />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length === 0 && (
        <p role="status" className="text-soft">
          <Trans>No permission matches.</Trans>
        </p>
      )}
    </div>
  )
}

interface ChoiceProps extends NonNullable<PermissionGroup['see']> {
  checked: boolean
  readOnly: boolean
  onToggle: () => void
}

function Choice({ permission, allows, checked, readOnly, onToggle }: ChoiceProps) {
  const { i18n } = useLingui()
  const may = useMay()
  const isHeld = may(permission)
  return (
    <label className="flex min-h-11 items-start gap-3 py-2.5">
      <input
        type="checkbox"
        checked={checked}
        disabled={readOnly || !isHeld}
        onChange={onToggle}
        className="mt-0.5 size-5 shrink-0"
      />
      <span>
        {i18n._(allows)}
        {!isHeld && !readOnly && (
          <span className="block text-sm text-soft">
            <Trans>You do not hold this yourself, so you cannot give it.</Trans>
          </span>
        )}
      </span>
    </label>
  )
}
