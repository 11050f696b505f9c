// Owns the three sections of the checkout, and which of them a cart is ready for.
import type { Cart } from './api.ts'

export const STEPS = ['contact', 'delivery', 'payment'] as const

export type Step = (typeof STEPS)[number]

export function isStep(value: unknown): value is Step {
  return STEPS.some((step) => step === value)
}

/** The section that is shown: the one asked for, or the first that is not complete. */
export function stepFor(cart: Cart, asked: Step | undefined): Step {
  const furthest = furthestStep(cart)
  if (!asked) return furthest
  return STEPS.indexOf(asked) <= STEPS.indexOf(furthest) ? asked : furthest
}

function furthestStep(cart: Cart): Step {
  if (!cart.email || !cart.shipping_address) return 'contact'
  return cart.shipping ? 'payment' : 'delivery'
}
