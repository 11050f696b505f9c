// Owns how addresses differ between countries: which fields there are, their order, and what a postcode looks like.

export type PlaceField = 'postal_code' | 'city' | 'region'
export type RegionKind = 'state' | 'province' | 'county' | 'prefecture' | 'emirate' | 'region'

export interface AddressFormat {
  /** The fields below the street, in the order that people there are used to. */
  place: readonly PlaceField[]
  /** Absent where there are none, and where any text will do. */
  postcode?: { pattern: RegExp; example: string; isNumber: boolean }
  region?: { kind: RegionKind; isRequired: boolean }
}

/** A postcode of each country. Digits stand for digits, letters for letters; spaces and hyphens may be left out. */
const EXAMPLES =
  'AT 1010,AU 2000,BE 1000,BG 1000,BR 01310-100,CA K1A 0B1,CH 8001,CY 1010,CZ 110 00,DE 10115,DK 1050,EE 10111,EG 11511,' +
  'ES 28001,FI 00100,FR 75001,GR 104 31,HR 10000,HU 1051,IL 9414101,IN 110001,IS 101,IT 00184,JP 100-0001,KR 03187,' +
  'KW 13001,LI 9490,LT 01103,LU 1111,MC 98000,MX 06000,NL 1011 AB,NO 0150,NZ 6011,PL 00-001,PT 1100-148,RO 010011,' +
  'RS 11000,SA 12211,SE 111 20,SG 018956,SI 1000,SK 811 01,TR 34000,UA 01001,ZA 8001'

const POSTCODES = new Map(EXAMPLES.split(',').map((entry) => [entry.slice(0, 2), entry.slice(3)]))

/** Postcodes whose shape one example does not tell. */
const SHAPES: Readonly<Record<string, [pattern: RegExp, example: string]>> = {
  GB: [/^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/i, 'SW1A 1AA'],
  IE: [/^[A-Z]\d[\dW] ?[A-Z\d]{4}$/i, 'D02 X285'],
  LV: [/^(LV-?)?\d{4}$/i, 'LV-1010'],
  MT: [/^[A-Z]{3} ?\d{2,4}$/i, 'VLT 1117'],
  US: [/^\d{5}(-?\d{4})?$/, '20500'],
}

const NO_POSTCODE = new Set(
  (
    'AE AG AO AW BF BI BJ BO BS BZ CD CF CG CI CM DJ DM ER FJ GD GH GM GQ GY HK JM KI KM KN LC ML MR MW NR QA RW SB SC ' +
    'SL SR ST SY TD TG TK TL TO TV UG VU YE ZW'
  ).split(' '),
)

/** Where the city stands before the postcode. */
const CITY_FIRST = new Set('AU BR CA GB IE IN NZ US'.split(' '))

const REGIONS: Readonly<Record<string, [kind: RegionKind, isRequired: boolean]>> = {
  AE: ['emirate', true],
  AU: ['state', true],
  BR: ['state', true],
  CA: ['province', true],
  EG: ['region', false],
  ES: ['province', false],
  IE: ['county', false],
  IN: ['state', true],
  IT: ['province', true],
  JP: ['prefecture', true],
  MX: ['state', true],
  US: ['state', true],
}

export function addressFormat(country: string): AddressFormat {
  const region = REGIONS[country]
  const hasPostcode = !NO_POSTCODE.has(country)
  const postcode: PlaceField[] = hasPostcode ? ['postal_code'] : []
  const regions: PlaceField[] = region ? ['region'] : []
  return {
    place: CITY_FIRST.has(country) ? ['city', ...regions, ...postcode] : [...postcode, 'city', ...regions],
    ...(hasPostcode && shapeOf(country)),
    ...(region && { region: { kind: region[0], isRequired: region[1] } }),
  }
}

/** Whether this can be a postcode there; where the shape is not known, anything can. */
export function isPostcode(country: string, text: string): boolean {
  return addressFormat(country).postcode?.pattern.test(text.trim()) ?? true
}

function shapeOf(country: string): Pick<AddressFormat, 'postcode'> {
  const shape = SHAPES[country]
  if (shape) return { postcode: { pattern: shape[0], example: shape[1], isNumber: country === 'US' } }
  const example = POSTCODES.get(country)
  if (!example) return {}
  const source = example
    .replace(/[A-Z]/g, '[A-Z]')
    .replace(/\d/g, '\\d')
    .replace(/[ -](?![^[]*\])/g, '[ -]?')
  return { postcode: { pattern: new RegExp(`^${source}$`, 'i'), example, isNumber: /^\d+$/.test(example) } }
}
