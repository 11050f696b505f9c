// Owns the box that looks for one address.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'

interface AddressSearchProps {
  value: string | undefined
  onSearch: (address: string | undefined) => void
}

export function AddressSearch({ value, onSearch }: AddressSearchProps) {
  const { t } = useLingui()
  return (
    <form
      key={value ?? ''}
      className="flex items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        onSearch(String(new FormData(event.currentTarget).get('address') ?? '').trim() || undefined)
      }}
    >
      <Field name="address" label={t`Address`} className="grow sm:max-w-md">
        {(wiring) => <Input {...wiring} name="address" type="search" defaultValue={value ?? ''} autoComplete="off" />}
      </Field>
      <Button type="submit" tone="outline" className="shrink-0">
        {t`Search`}
      </Button>
    </form>
  )
}
