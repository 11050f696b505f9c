// Owns what is known of the person who buys, before they type anything.
import type { Address } from '#lib/address-check.ts'

export interface Buyer {
  isSignedIn: boolean
  email?: string | undefined
  name?: string | undefined
  address?: Address | undefined
}
