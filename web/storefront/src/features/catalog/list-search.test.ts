// The gateway names its answers by the same text: see `Filters` in services/gateway/src/pages/filters.rs.
import { expect, test } from 'vitest'
import { cleared, filtersOf, listQuery, pageOf, readListSearch, toggled } from './list-search.ts'

test('the query of a list is the same whatever order its URL has', () => {
  const search = {
    sort: 'price',
    utm_source: 'x',
    'attr.material': ['Oak Wood', 'Ash', 'Ash'],
    'attr.': 'x',
    page: '2',
  }
  expect(listQuery(search, 'tables')).toBe(
    'attr.material=Ash&attr.material=Oak+Wood&category=tables&limit=24&sort=price',
  )
  expect(listQuery({})).toBe('limit=24')
})

test('a list keeps only what concerns it', () => {
  expect(readListSearch({ gclid: '1', q: '', tag: 'gift', page: '3' })).toEqual({ tag: 'gift', page: '3' })
})

test('values of one filter are added and taken out one by one', () => {
  const one = toggled({ page: '3' }, { name: 'attr.material', value: 'Oak' })
  expect(one).toEqual({ 'attr.material': ['Oak'], page: undefined })
  const two = toggled(one, { name: 'attr.material', value: 'Ash' })
  expect(filtersOf(two).map(({ value }) => value)).toEqual(['Oak', 'Ash'])
  expect(toggled(one, { name: 'attr.material', value: 'Oak' })).toEqual({ 'attr.material': undefined, page: undefined })
})

test('clearing keeps what was searched for and the order', () => {
  expect(cleared({ q: 'mug', sort: 'price', tag: 'gift', page: '2' })).toEqual({ q: 'mug', sort: 'price' })
})

test('nobody asks for a page that cannot be', () => {
  expect([
    pageOf({}),
    pageOf({ page: '3' }),
    pageOf({ page: '-1' }),
    pageOf({ page: '9999' }),
    pageOf({ page: 'x' }),
  ]).toEqual([1, 3, 1, 1, 1])
})
