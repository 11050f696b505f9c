// Owns weights: the shop counts grams, people write kilograms.

/** 31500 as `31.5`. */
export function toKilograms(grams: number): string {
  return String(grams / 1000)
}

/** `31.5` or `31,5` in grams; undefined when it is no weight. */
export function fromKilograms(text: string): number | undefined {
  const parts = /^\s*(\d{1,6})(?:[.,](\d{1,3}))?\s*$/.exec(text)
  if (!parts) return undefined
  const [, whole = '', fraction = ''] = parts
  return Number(whole) * 1000 + Number(fraction.padEnd(3, '0'))
}
