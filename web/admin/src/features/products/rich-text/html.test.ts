// The editor's HTML becomes what shops write, and nothing it does not know is lost.
import { expect, test } from 'vitest'
import { asSaved, isBeyondEditor } from './html.ts'

test('items of lists have no paragraph, lists inside of lists stay', () => {
  expect(
    asSaved('<ul><li><p>One <strong>big</strong></p></li><li><p>Two</p><ul><li><p>A</p></li></ul></li></ul>'),
  ).toBe('<ul><li>One <strong>big</strong></li><li>Two<ul><li>A</li></ul></li></ul>')
  expect(asSaved('<p>Plain</p>')).toBe('<p>Plain</p>')
})

test('tables and the like are left to HTML', () => {
  expect(isBeyondEditor('<table><tr><td>1</td></tr></table>')).toBe(true)
  expect(isBeyondEditor('<p lang="fr">Bonjour</p>')).toBe(true)
  expect(isBeyondEditor('<p>A <em>small</em> table</p>')).toBe(false)
})
