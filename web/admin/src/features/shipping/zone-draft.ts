// Owns a zone as its form has it: whole countries apart from parts of countries, and back.
import { ANYWHERE, type Area, type Zone, type ZoneDraft } from './api.ts'

export interface ZonePart {
  country: string
  region: string
  postalCode: string
}

export interface ZoneValues {
  name: string
  delivered: boolean
  countries: string[]
  /** Also every country that no zone names. */
  anywhere: boolean
  parts: ZonePart[]
}

export const EMPTY_ZONE: ZoneValues = { name: '', delivered: true, countries: [], anywhere: false, parts: [] }

export function valuesOf({ name, delivered, areas }: Zone): ZoneValues {
  return {
    name,
    delivered,
    countries: areas.filter((area) => isWhole(area) && area.country !== ANYWHERE).map(({ country }) => country),
    anywhere: areas.some(({ country }) => country === ANYWHERE),
    parts: areas
      .filter((area) => !isWhole(area))
      .map(({ country, region, postal_code }) => ({
        country,
        region: region ?? '',
        postalCode: postal_code ?? '',
      })),
  }
}

export function draftOf({ name, delivered, countries, anywhere, parts }: ZoneValues): ZoneDraft {
  const areas: Area[] = [
    ...countries.map((country) => ({ country })),
    ...(anywhere ? [{ country: ANYWHERE }] : []),
    ...parts.map(({ country, region, postalCode }) => ({
      country,
      ...(region.trim() && { region: region.trim() }),
      ...(postalCode.trim() && { postal_code: postalCode.trim() }),
    })),
  ]
  return { name: name.trim(), delivered, areas }
}

/** Where the shop's `areas[3]` stands in the form. */
export function fieldOfArea(index: number, values: ZoneValues): string {
  const wholes = values.countries.length + (values.anywhere ? 1 : 0)
  return index < wholes ? 'countries' : `parts.${index - wholes}`
}

function isWhole({ region, postal_code }: Area): boolean {
  return !region && !postal_code
}
