// Owns the choice of a country, in the language of the page.
import { useLingui } from '@lingui/react'
import { Select } from '@rialto/ui/select.tsx'
import { type ComponentProps, useMemo } from 'react'
import { countries } from './countries.ts'

export function CountrySelect(props: ComponentProps<typeof Select>) {
  const { i18n } = useLingui()
  const all = useMemo(() => countries(i18n.locale), [i18n.locale])
  return (
    <Select {...props}>
      {all.map(({ code, name }) => (
        <option key={code} value={code}>
          {name}
        </option>
      ))}
    </Select>
  )
}
