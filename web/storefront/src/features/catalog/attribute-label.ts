// Owns the names of attributes: those most shops have in the page's language, all others as the shop wrote them.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react'

const KNOWN: Readonly<Record<string, MessageDescriptor>> = {
  brand: msg`Brand`,
  capacity: msg`Capacity`,
  care: msg`Care`,
  color: msg`Colour`,
  colour: msg`Colour`,
  colour_family: msg`Colour`,
  dimensions: msg`Dimensions`,
  diameter: msg`Diameter`,
  finish: msg`Finish`,
  format: msg`Format`,
  height: msg`Height`,
  length: msg`Length`,
  light_source: msg`Light source`,
  made_in: msg`Made in`,
  material: msg`Material`,
  place: msg`Place`,
  room: msg`Room`,
  season: msg`Season`,
  size: msg`Size`,
  style: msg`Style`,
  vendor: msg`Brand`,
  weight: msg`Weight`,
  width: msg`Width`,
  wood: msg`Wood`,
}

/** The order people look for them in. An order by counts would change under their hands. */
const FIRST = [
  'colour_family',
  'colour',
  'color',
  'size',
  'material',
  'room',
  'brand',
  'vendor',
  'place',
  'season',
  'made_in',
]

export function byImportance(a: { name: string }, b: { name: string }): number {
  return rank(a.name) - rank(b.name) || a.name.localeCompare(b.name)
}

function rank(name: string): number {
  const at = FIRST.indexOf(name.toLowerCase())
  return at < 0 ? FIRST.length : at
}

export function useAttributeLabel(): (name: string) => string {
  const { _ } = useLingui()
  return (name) => {
    const known = KNOWN[name.toLowerCase()]
    if (known) return _(known)
    const words = name.replaceAll('_', ' ')
    return words.charAt(0).toUpperCase() + words.slice(1)
  }
}
