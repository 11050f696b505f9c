// Search parameters survive the way through a URL, as texts and lists of texts.
import { expect, test } from 'vitest'
import { localPath, parseSearch, stringifySearch, text } from './search-params.ts'

test('a URL is read as texts, and what stands twice as a list', () => {
  expect(parseSearch('?q=42&attr.material=Oak+Wood&attr.material=Ash&in_stock=true')).toEqual({
    q: '42',
    'attr.material': ['Oak Wood', 'Ash'],
    in_stock: 'true',
  })
})

test('what is absent or empty is not written', () => {
  expect(stringifySearch({ q: 'tea cup', tag: ['gift', 'tea'], sort: undefined, page: 2, vendor: [], note: '' })).toBe(
    '?q=tea+cup&tag=gift&tag=tea&page=2',
  )
  expect(stringifySearch({})).toBe('')
})

test('a page that wants one text gets the first', () => {
  expect(text(['a', 'b'])).toBe('a')
  expect(text('')).toBeUndefined()
})

test('only paths of this shop lead on after signing in', () => {
  expect(localPath('/account')).toBe('/account')
  expect(localPath('//elsewhere.example')).toBeUndefined()
  expect(localPath('/\\elsewhere.example')).toBeUndefined()
})
