// Checks that no shipped language misses a message, and that the catalogues are what the sources say.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { formatter } from '@lingui/format-po'

const APPS = { storefront: ['en', 'de', 'ar'], admin: ['en', 'de'] } as const
const po = formatter({ lineNumbers: false })
let failed = false

for (const [app, locales] of Object.entries(APPS)) {
  const files = locales.map((locale) => [locale, `${app}/src/locales/${locale}.po`] as const)
  const before = files.map(([, file]) => readFileSync(file, 'utf8'))
  execFileSync('npm', ['run', '--silent', 'messages', '-w', app], { stdio: ['ignore', 'ignore', 'inherit'] })

  for (const [index, [locale, filename]] of files.entries()) {
    const text = readFileSync(filename, 'utf8')
    if (messagesOnly(text) !== messagesOnly(before[index] ?? ''))
      fail(`${filename} was stale: it is extracted anew now`)
    const catalogue = await po.parse(text, { locale, sourceLocale: 'en', filename })
    for (const message of Object.values(catalogue)) {
      const { message: english = '', translation } = message
      if (!translation) fail(`${filename} misses “${english}”`)
      if (locale !== 'en' && translation === english && isSentence(english)) {
        fail(`${filename} says “${english}” in English`)
      }
    }
  }
}

if (failed) process.exit(1)
console.log('Every language has every message.')

/** Without the header, which carries the time of the extraction. */
function messagesOnly(text: string): string {
  return text.slice(text.indexOf('\n\n'))
}

/** A word or two may be the same in two languages; more are not. */
function isSentence(text: string): boolean {
  return (text.replace(/\{.*?\}|<.*?>/g, '').match(/\p{L}+/gu) ?? []).length > 2
}

function fail(reason: string): void {
  console.error(reason)
  failed = true
}
