// A mail in its frame looks as in a mail program, and breaks no security policy.
import { expect, test } from 'vitest'
import { framedMail } from './mail-html.ts'

const mail = `<html><head><style>@media (prefers-color-scheme: dark) { .ink { color: #fff !important; } }</style></head>
<body style="margin:0;font-family:&#39;Georgia&#39;"><p style="color:red" class="ink">Hello</p></body></html>`

test('inline styles become rules with the nonce', () => {
  const framed = framedMail(mail, { isDark: false, nonce: 'abc' })
  expect(framed).not.toContain(' style="')
  expect(framed).toContain('<p data-look="1" class="ink">')
  expect(framed).toContain(`[data-look="0"]{margin:0;font-family:'Georgia'}`)
  expect(framed.match(/<style nonce="abc">/g)).toHaveLength(2)
})

test('light and dark are what is asked for', () => {
  expect(framedMail(mail, { isDark: true, nonce: undefined })).toContain('@media all {')
  expect(framedMail(mail, { isDark: false, nonce: undefined })).toContain('@media not all {')
})

test('a style cannot end the sheet', () => {
  const framed = framedMail('<head></head><p style="}</style><b>">x</p>', { isDark: false, nonce: undefined })
  expect(framed).not.toContain('</style><b>')
})
