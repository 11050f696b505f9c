// Owns the fields of an address: those its country has, in its order, each with the token that browsers fill in by.
import { useLingui } from '@lingui/react/macro'
import { Checkbox } from '@rialto/ui/checkbox.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { type ComponentProps, type ReactNode, useState } from 'react'
import type { Address } from './address-check.ts'
import { addressFormat, isPostcode, type RegionKind } from './address-format.ts'
import { CountrySelect } from './country-select.tsx'

interface AddressFieldsProps {
  /** What is known already. */
  address: Partial<Address>
  country: string
  onCountry: (code: string) => void
  errorOf: (name: string) => ReactNode
  /** Whose address it is, in the autofill tokens of forms that may hold two. */
  section?: 'shipping' | 'billing'
  /** Stands before the names of the fields, where a form holds a second address. */
  prefix?: string
}

export function AddressFields({ address, country, onCountry, errorOf, section, prefix = '' }: AddressFieldsProps) {
  const { t } = useLingui()
  const { place } = addressFormat(country)
  const [isSecondLine, setSecondLine] = useState(Boolean(address.line2))

  const named = (name: string) => ({ name: prefix + name, error: errorOf(prefix + name) })
  const input = (name: keyof Address, token: string) => ({
    name: prefix + name,
    autoComplete: section ? `${section} ${token}` : token,
    defaultValue: address[name] ?? '',
  })

  const parts = {
    postal_code: (
      <Postcode
        {...named('postal_code')}
        {...input('postal_code', 'postal-code')}
        country={country}
        asTyped={`${prefix}as_typed`}
      />
    ),
    city: (
      <Field {...named('city')} label={t`Town or city`} className="grow basis-48">
        {(wiring) => <Input {...wiring} {...input('city', 'address-level2')} required />}
      </Field>
    ),
    region: <Region {...named('region')} {...input('region', 'address-level1')} country={country} />,
  }
  return (
    <>
      <Field {...named('name')} label={t`Name`}>
        {(wiring) => <Input {...wiring} {...input('name', 'name')} required />}
      </Field>
      <Field {...named('country')} label={t`Country`}>
        {(wiring) => (
          <CountrySelect
            {...wiring}
            name={`${prefix}country`}
            autoComplete={section ? `${section} country` : 'country'}
            value={country}
            onChange={(event) => onCountry(event.currentTarget.value)}
          />
        )}
      </Field>
      <div className="grid gap-1">
        <Field {...named('line1')} label={t`Street and number`}>
          {(wiring) => <Input {...wiring} {...input('line1', 'address-line1')} required />}
        </Field>
        {!isSecondLine && (
          <button
            type="button"
            className="min-h-11 justify-self-start text-soft underline underline-offset-4 hover:text-ink"
            onClick={() => setSecondLine(true)}
          >
            {t`Add a second line`}
          </button>
        )}
      </div>
      {isSecondLine && (
        <Field {...named('line2')} label={t`Second line`} hint={t`Flat, floor, company`} optional>
          {(wiring) => <Input {...wiring} {...input('line2', 'address-line2')} />}
        </Field>
      )}
      <div className="flex flex-wrap gap-x-4 gap-y-5">
        {place.map((field) => (
          <div key={field} className="contents">
            {parts[field]}
          </div>
        ))}
      </div>
      <Field {...named('phone')} label={t`Phone`} hint={t`For the courier`} optional>
        {(wiring) => <Input {...wiring} {...input('phone', 'tel')} type="tel" dir="ltr" />}
      </Field>
    </>
  )
}

interface PartProps extends ComponentProps<typeof Input> {
  name: string
  country: string
  error: ReactNode
}

/** A postcode of an odd shape is doubted, not refused: the person may know better. */
function Postcode({ country, error, asTyped, defaultValue, ...input }: PartProps & { asTyped: string }) {
  const { t } = useLingui()
  const [text, setText] = useState(String(defaultValue ?? ''))
  const [isAsTyped, setAsTyped] = useState(false)
  const { postcode } = addressFormat(country)
  const isOdd = text.trim() !== '' && !isPostcode(country, text)
  return (
    <Field
      name={input.name}
      label={country === 'US' ? t`ZIP code` : t`Postcode`}
      error={!(isOdd && isAsTyped) && error}
      className="grow basis-32"
    >
      {(wiring) => (
        <>
          <Input
            {...wiring}
            {...input}
            inputMode={postcode?.isNumber ? 'numeric' : 'text'}
            required={Boolean(postcode)}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {isOdd && (isAsTyped || Boolean(error)) && (
            <Checkbox
              name={asTyped}
              label={t`Use it as typed`}
              checked={isAsTyped}
              onChange={(event) => setAsTyped(event.currentTarget.checked)}
            />
          )}
        </>
      )}
    </Field>
  )
}

function Region({ country, error, ...input }: PartProps) {
  const { t } = useLingui()
  const { region } = addressFormat(country)
  const labels: Record<RegionKind, string> = {
    state: t`State`,
    province: t`Province`,
    county: t`County`,
    prefecture: t`Prefecture`,
    emirate: t`Emirate`,
    region: t`Region`,
  }
  return (
    <Field
      name={input.name}
      label={labels[region?.kind ?? 'region']}
      error={error}
      optional={!region?.isRequired}
      className="grow basis-40"
    >
      {(wiring) => <Input {...wiring} {...input} required={region?.isRequired} />}
    </Field>
  )
}
