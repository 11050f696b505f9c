// Owns who the tests are: the shop's first administrator, and passwords that the shop accepts.
export const ADMIN = { email: 'admin@example.test', password: 'kelp-radio-47-harbour' } as const

export const PASSWORD = 'slow-heron-12-lantern'

export const ADDRESS = {
  name: 'Ada Byron',
  line1: 'Marktplatz 1',
  city: 'Berlin',
  postal_code: '10115',
  country: 'DE',
} as const

let made = 0

/** An address that nobody else in this run has. */
export function freshEmail(who = 'ada'): string {
  made += 1
  return `${who}.${process.pid}.${Date.now().toString(36)}.${made}@example.test`
}
