// Owns what is asked of an address that was typed: what its country needs, and nothing more.
import { useLingui } from '@lingui/react/macro'
import type { components } from '@rialto/api/schema.d.ts'
import { addressFormat, isPostcode } from './address-format.ts'
import type { Issues, Values } from './form.ts'

export type Address = components['schemas']['Address']

/** `prefix` stands before the names of the fields, where a form holds a second address. */
export function useAddressCheck(prefix = ''): (values: Values) => Issues {
  const { t } = useLingui()
  return (values) => {
    const text = (name: string) => values[prefix + name]?.trim() ?? ''
    const country = text('country')
    const { postcode, region, place } = addressFormat(country)
    const isTakenAsTyped = text('as_typed') === 'on'
    const postcodeIssue =
      postcode &&
      (text('postal_code') === ''
        ? t`Enter the postcode, like ${postcode.example}.`
        : !isTakenAsTyped &&
          !isPostcode(country, text('postal_code')) &&
          t`A postcode there looks like ${postcode.example}.`)
    return {
      [`${prefix}name`]: !text('name') && t`Enter the name on the door.`,
      [`${prefix}line1`]: !text('line1') && t`Enter street and number.`,
      [`${prefix}postal_code`]: place.includes('postal_code') && postcodeIssue,
      [`${prefix}city`]: !text('city') && t`Enter the town or city.`,
      [`${prefix}region`]: region?.isRequired && !text('region') && t`Enter the region: the carrier needs it there.`,
    }
  }
}

/** The address that was typed, without what is empty or does not belong into its country. */
export function addressOf(values: Values, prefix = ''): Address {
  const text = (name: string) => values[prefix + name]?.trim() ?? ''
  const { place } = addressFormat(text('country'))
  return {
    name: text('name'),
    line1: text('line1'),
    line2: text('line2') || null,
    city: text('city'),
    region: (place.includes('region') && text('region')) || null,
    postal_code: place.includes('postal_code') ? text('postal_code') : '',
    country: text('country'),
    phone: text('phone') || null,
  }
}
