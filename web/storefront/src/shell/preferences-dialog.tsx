// Owns the choices of language, country and appearance. Each holds at once and keeps the page.
import { Trans, useLingui } from '@lingui/react/macro'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { chooseTheme, type Theme, useTheme } from '@rialto/ui/theme.ts'
import { useLocation } from '@tanstack/react-router'
import { Check, Moon, Sun, SunMoon } from 'lucide-react'
import type { ReactNode } from 'react'
import { chooseCountry, useCountry } from '#lib/country.ts'
import { CountrySelect } from '#lib/country-select.tsx'
import { hrefIn, LOCALES, type Locale, localeOf } from '#lib/locale.ts'

const TILE =
  'flex min-h-11 w-full items-center justify-center gap-2 rounded-control border border-edge px-3.5 whitespace-nowrap hover:border-ink hover:bg-sunken'
const CHOSEN = 'border-ink bg-ink text-on-ink hover:bg-ink'

export function PreferencesDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={<Trans>Language and country</Trans>}>
      <Choices />
    </Dialog>
  )
}

function Choices() {
  const { t } = useLingui()
  const country = useCountry()
  return (
    <div className="grid gap-7 pb-2">
      <Group title={t`Language`}>
        <Languages />
      </Group>
      <Field name="country" label={t`Deliver to`} hint={t`Decides the price and the dates of delivery you are shown.`}>
        {(wiring) => (
          <CountrySelect
            {...wiring}
            name="country"
            autoComplete="country"
            value={country}
            onChange={(event) => chooseCountry(event.target.value)}
          />
        )}
      </Field>
      <Group title={t`Appearance`}>
        <Themes />
      </Group>
    </div>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid gap-2">
      <h3 className="text-base font-medium">{title}</h3>
      <ul className="flex flex-wrap gap-2">{children}</ul>
    </section>
  )
}

function Languages() {
  const here = useLocation()
  const current = localeOf(window.location.pathname)
  return (Object.keys(LOCALES) as Locale[]).map((locale) => (
    <li key={locale} className="grow">
      <a
        href={hrefIn(locale, here.pathname + here.searchStr)}
        lang={locale}
        hrefLang={locale}
        aria-current={locale === current ? 'true' : undefined}
        className={`${TILE} ${locale === current ? CHOSEN : ''}`}
      >
        {locale === current && <Icon of={Check} size={16} />}
        {LOCALES[locale]}
      </a>
    </li>
  ))
}

function Themes() {
  const { t } = useLingui()
  const theme = useTheme()
  const choices: ReadonlyArray<[Theme, string, typeof Sun]> = [
    ['system', t`As the system`, SunMoon],
    ['light', t`Light`, Sun],
    ['dark', t`Dark`, Moon],
  ]
  return choices.map(([choice, words, icon]) => (
    <li key={choice} className="grow">
      <button
        type="button"
        aria-pressed={choice === theme}
        onClick={() => chooseTheme(choice)}
        className={`${TILE} ${choice === theme ? CHOSEN : ''}`}
      >
        <Icon of={icon} size={16} />
        {words}
      </button>
    </li>
  ))
}
