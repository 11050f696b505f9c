// Owns which reviews are shown, and how: as the address of the product's page says.
export const ORDERS = ['newest', 'helpful', 'highest', 'lowest'] as const
export type Order = (typeof ORDERS)[number]

export interface ReviewFilter {
  stars?: number | undefined
  order?: Order | undefined
}
