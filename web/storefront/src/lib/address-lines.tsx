// Owns how an address is written, in the order its country is used to.
import type { components } from '@rialto/api/schema.d.ts'
import { useFormat } from '@rialto/ui/use-format.ts'

/** Where the city stands before the postcode. */
const CITY_FIRST = new Set('AU BR CA GB IE IN NZ US'.split(' '))

export function AddressLines({ address }: { address: components['schemas']['Address'] }) {
  const format = useFormat()
  const { name, line1, line2, city, region, postal_code, country, phone } = address
  const place = CITY_FIRST.has(country) ? [city, region, postal_code] : [postal_code, city, region]
  const lines = [name, line1, line2, place.filter(Boolean).join(' '), format.country(country), phone]
  return (
    <address className="not-italic">
      {[...new Set(lines)].map(
        (line) =>
          line && (
            // Isolated, and still where lines of this page begin.
            <span key={line} className="block">
              <bdi>{line}</bdi>
            </span>
          ),
      )}
    </address>
  )
}
