// Owns the end of every page: what is sold, help in the same place everywhere, languages, light or dark.
import { Trans, useLingui } from '@lingui/react/macro'
import { chooseTheme, type Theme, useTheme } from '@rialto/ui/theme.ts'
import { useQuery } from '@tanstack/react-query'
import { Link, type LinkProps, useLocation } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { categoriesQuery } from '#features/catalog/api.ts'
import { hrefIn, LOCALES, type Locale, localeOf } from '#lib/locale.ts'
import { shopName } from '#lib/shop.ts'
import { Logo } from './logo.tsx'

const LINK = 'inline-flex min-h-9 items-center text-soft hover:text-ink hover:underline hover:underline-offset-4'

export function Footer() {
  const { t } = useLingui()
  return (
    <footer className="mt-auto border-line border-t bg-sunken">
      <div className="page grid grid-cols-2 gap-x-6 gap-y-10 pt-14 pb-8 md:grid-cols-[2fr_1fr_1fr_1fr]">
        <div className="col-span-full grid content-start justify-items-start gap-3 md:col-span-1">
          <Logo />
          <p className="max-w-xs text-soft">
            <Trans>A small selection, made well and meant to be used for years.</Trans>
          </p>
        </div>
        <Column title={t`Shop`}>
          <Categories />
        </Column>
        <Column title={t`Help`}>
          <Place to="/help">{t`Help and contact`}</Place>
          <Place to="/track">{t`Track an order`}</Place>
          <Place to="/account">{t`Your account`}</Place>
          <Place to="/cart">{t`Cart`}</Place>
        </Column>
        <div className="col-span-full grid grid-cols-2 content-start gap-x-6 gap-y-8 md:col-span-1 md:grid-cols-1">
          <Column title={t`Language`}>
            <Languages />
          </Column>
          <Column title={t`Appearance`}>
            <Themes />
          </Column>
        </div>
        <p className="col-span-full mt-4 border-line border-t pt-6 text-sm text-soft">
          © {new Date().getFullYear()} {shopName}
        </p>
      </div>
    </footer>
  )
}

function Column({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid content-start gap-1">
      <h2 className="mb-1 text-sm font-semibold tracking-normal">{title}</h2>
      <ul className="grid">{children}</ul>
    </section>
  )
}

function Place({ children, ...link }: Pick<LinkProps, 'to'> & { children: string }) {
  return (
    <li>
      <Link {...link} className={LINK}>
        {children}
      </Link>
    </li>
  )
}

function Categories() {
  const categories = useQuery(categoriesQuery).data?.items ?? []
  return categories.map((category) => (
    <li key={category.id}>
      <Link to="/c/$slug" params={{ slug: category.slug }} className={LINK}>
        {category.title}
      </Link>
    </li>
  ))
}

function Languages() {
  const here = useLocation()
  const current = localeOf(window.location.pathname)
  return (Object.keys(LOCALES) as Locale[]).map((locale) => (
    <li key={locale}>
      <a
        href={hrefIn(locale, here.pathname + here.searchStr)}
        lang={locale}
        hrefLang={locale}
        aria-current={locale === current ? 'true' : undefined}
        className={`${LINK} aria-[current]:font-semibold aria-[current]:text-ink`}
      >
        {LOCALES[locale]}
      </a>
    </li>
  ))
}

function Themes() {
  const { t } = useLingui()
  const theme = useTheme()
  const words: Record<Theme, string> = { system: t`As the system`, light: t`Light`, dark: t`Dark` }
  return (Object.keys(words) as Theme[]).map((choice) => (
    <li key={choice}>
      <button
        type="button"
        aria-pressed={choice === theme}
        onClick={() => chooseTheme(choice)}
        className={`${LINK} aria-pressed:font-semibold aria-pressed:text-ink`}
      >
        {words[choice]}
      </button>
    </li>
  ))
}
