// Owns the three-way merge of a form: what was read, what one typed, and what somebody else saved meanwhile.

export type Side = 'mine' | 'theirs'
export type Choices<T> = Partial<Record<keyof T & string, Side>>

export interface Conflict<T> {
  /** What the form began with. */
  base: T
  mine: T
  /** What is stored now. */
  theirs: T
}

export interface Difference<T> {
  field: keyof T & string
  /** Both changed it, to different values. */
  isContested: boolean
}

/** The fields in which mine and theirs are not the same. */
export function differences<T extends object>({ base, mine, theirs }: Conflict<T>): Difference<T>[] {
  return keysOf(mine)
    .filter((field) => !same(mine[field], theirs[field]))
    .map((field) => ({
      field,
      isContested: !same(mine[field], base[field]) && !same(theirs[field], base[field]),
    }))
}

/** Which side wins where nobody chose: whoever changed the field; where both did, the person at this form. */
export function suggested<T extends object>(conflict: Conflict<T>): Choices<T> {
  const { base, mine } = conflict
  const choices: Choices<T> = {}
  for (const { field } of differences(conflict)) choices[field] = same(mine[field], base[field]) ? 'theirs' : 'mine'
  return choices
}

export function merge<T extends object>({ mine, theirs }: Conflict<T>, choices: Choices<T>): T {
  const merged = { ...mine }
  for (const field of keysOf(mine)) if (choices[field] === 'theirs') merged[field] = theirs[field]
  return merged
}

function keysOf<T extends object>(of: T): (keyof T & string)[] {
  return Object.keys(of) as (keyof T & string)[]
}

/** Values of forms are plain data, whose keys are always written in the same order. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
