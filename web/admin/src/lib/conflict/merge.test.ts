// Two people change the same thing: nothing that either typed is lost unless somebody says so.
import { expect, test } from 'vitest'
import { differences, merge, suggested } from './merge.ts'

const base = { title: 'Mug', price: 1200, tags: ['clay'] }

test('what only one of them changed is theirs to keep', () => {
  const conflict = { base, mine: { ...base, price: 1300 }, theirs: { ...base, title: 'Cup' } }
  expect(differences(conflict)).toEqual([
    { field: 'title', isContested: false },
    { field: 'price', isContested: false },
  ])
  expect(merge(conflict, suggested(conflict))).toEqual({ title: 'Cup', price: 1300, tags: ['clay'] })
})

test('what both changed is mine until it is chosen otherwise', () => {
  const conflict = { base, mine: { ...base, tags: ['mine'] }, theirs: { ...base, tags: ['theirs'] } }
  expect(differences(conflict)).toEqual([{ field: 'tags', isContested: true }])
  expect(merge(conflict, suggested(conflict)).tags).toEqual(['mine'])
  expect(merge(conflict, { tags: 'theirs' }).tags).toEqual(['theirs'])
})

test('the same change by both is no difference', () => {
  const mine = { ...base, title: 'Cup' }
  expect(differences({ base, mine, theirs: { ...mine } })).toEqual([])
})
