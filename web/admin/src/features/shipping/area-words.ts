// Owns how an area reads: "Spain, postcodes 35*".
import { useLingui } from '@lingui/react/macro'
import { useFormat } from '@rialto/ui/use-format.ts'
import { ANYWHERE, type Area } from './api.ts'

export function useAreaWords(): (area: Area) => string {
  const { t } = useLingui()
  const format = useFormat()
  return ({ country, region, postal_code: postalCode }) => {
    if (country === ANYWHERE) return t`everywhere else`
    const place = region ? `${format.country(country)} (${region})` : format.country(country)
    return postalCode ? t`${place}, postcodes ${postalCode}` : place
  }
}
