// Owns how a program calls itself in its requests, read by people: "Firefox on Windows".
const PROGRAMS: ReadonlyArray<[name: string, sign: RegExp]> = [
  ['Edge', /Edg\//],
  ['Opera', /OPR\//],
  ['Firefox', /Firefox\//],
  ['Chrome', /Chrome\//],
  ['Safari', /Safari\//],
  ['curl', /^curl\//],
]
const SYSTEMS: ReadonlyArray<[name: string, sign: RegExp]> = [
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
]

export interface Device {
  program: string
  system: string | undefined
  isPhone: boolean
}

export function deviceOf(userAgent: string): Device {
  const program = nameIn(PROGRAMS, userAgent) ?? userAgent.slice(0, 40)
  const system = nameIn(SYSTEMS, userAgent)
  return { program, system, isPhone: system === 'iPhone' || system === 'Android' }
}

function nameIn(known: ReadonlyArray<[string, RegExp]>, userAgent: string): string | undefined {
  return known.find(([, sign]) => sign.test(userAgent))?.[0]
}
