// Owns the language of the shop's letters to the person.
import { useLingui } from '@lingui/react/macro'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { LOCALES } from '#lib/locale.ts'
import { useUser } from '#lib/session.ts'
import { useUpdateProfile } from './api.ts'

export function LetterLanguage() {
  const { t } = useLingui()
  const user = useUser()
  const update = useUpdateProfile()
  const explain = useExplain()
  const chosen = update.variables?.locale ?? user.locale
  return (
    <div className="grid max-w-xs gap-2">
      <Field name="locale" label={t`Language`} error={update.error && explain(update.error)}>
        {(wiring) => (
          <Select
            {...wiring}
            name="locale"
            value={chosen.slice(0, 2)}
            onChange={(event) => update.mutate({ locale: event.currentTarget.value })}
          >
            {Object.entries(LOCALES).map(([code, name]) => (
              <option key={code} value={code} lang={code}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <p role="status" className="text-sm text-soft empty:hidden">
        {update.isSuccess && t`Saved.`}
      </p>
    </div>
  )
}
