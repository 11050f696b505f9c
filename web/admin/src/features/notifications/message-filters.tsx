// Owns the controls that filter the log of messages.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { useQuery } from '@tanstack/react-query'
import { StateFilter } from '#lib/list/state-filter.tsx'
import { type MessageFilter, STATUSES, templateNamesQuery } from './api.ts'
import { MESSAGE_WORDS, titleOf } from './words.ts'

interface MessageFiltersProps {
  filter: MessageFilter
  onChange: (change: MessageFilter) => void
}

export function MessageFilters({ filter, onChange }: MessageFiltersProps) {
  const { t } = useLingui()
  const { data: templates = [] } = useQuery(templateNamesQuery)
  return (
    <div className="flex flex-wrap items-end gap-3">
      <form
        key={filter.to ?? ''}
        className="flex grow items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          onChange({ to: String(new FormData(event.currentTarget).get('to') ?? '').trim() || undefined })
        }}
      >
        <Field name="to" label={t`Address`} className="min-w-0 grow">
          {(wiring) => <Input {...wiring} name="to" type="search" defaultValue={filter.to ?? ''} />}
        </Field>
        <Button type="submit" tone="outline" className="shrink-0">
          {t`Search`}
        </Button>
      </form>
      <StateFilter
        name="status"
        label={t`Status`}
        states={STATUSES}
        words={MESSAGE_WORDS}
        value={filter.status}
        onChange={(status) => onChange({ status })}
      />
      <Field name="template" label={t`Template`}>
        {(wiring) => (
          <Select
            {...wiring}
            value={filter.template ?? ''}
            onChange={(event) => onChange({ template: event.target.value || undefined })}
          >
            <option value="">{t`Any`}</option>
            {templates.map((name) => (
              <option key={name} value={name}>
                {titleOf(name)}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  )
}
