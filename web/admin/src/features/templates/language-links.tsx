// Owns the way to the same text in another language, and to one that the shop does not have yet.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { classes } from '@rialto/ui/classes.ts'
import { Select } from '@rialto/ui/select.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { Link, useNavigate } from '@tanstack/react-router'
import type { Template } from './api.ts'

/** What shops in reach of this one write in; any other goes by the address bar. */
const OFFERED = [
  'bg',
  'cs',
  'da',
  'el',
  'es',
  'et',
  'fi',
  'fr',
  'hr',
  'hu',
  'it',
  'ja',
  'lt',
  'lv',
  'nb',
  'nl',
  'pl',
  'pt',
  'ro',
  'sk',
  'sl',
  'sv',
  'tr',
  'uk',
  'zh',
]

export function LanguageLinks({ template, language }: { template: Template; language: string }) {
  const { t } = useLingui()
  const format = useFormat()
  const navigate = useNavigate()
  const known = template.languages.map((each) => each.language)
  const shown = known.includes(language) ? known : [...known, language]
  const offered = OFFERED.filter((code) => !shown.includes(code))
  const go = (to: string) =>
    navigate({ to: '/notifications/templates/$name/$language', params: { name: template.name, language: to } })
  return (
    <div className="flex flex-wrap items-center gap-2">
      <nav aria-label={t`Languages`}>
        <ul className="flex flex-wrap gap-2">
          {shown.map((code) => (
            <li key={code}>
              <Link
                to="/notifications/templates/$name/$language"
                params={{ name: template.name, language: code }}
                className={classes(
                  'inline-flex min-h-11 items-center rounded-control border px-3',
                  code === language ? 'border-ink bg-ink text-on-ink' : 'border-edge hover:border-ink hover:bg-sunken',
                )}
              >
                {format.language(code)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <form
        className="flex items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          const chosen = String(new FormData(event.currentTarget).get('language') ?? '')
          if (chosen) go(chosen)
        }}
      >
        <Select name="language" aria-label={t`Another language`} defaultValue="">
          <option value="">{t`Another language…`}</option>
          {offered.map((code) => (
            <option key={code} value={code}>
              {format.language(code)}
            </option>
          ))}
        </Select>
        <Button type="submit" tone="outline">
          <Trans>Write it</Trans>
        </Button>
      </form>
    </div>
  )
}
