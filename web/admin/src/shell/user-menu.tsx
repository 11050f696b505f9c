// Owns the person's menu: who is signed in, language, light or dark, the way out.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { chooseTheme, type Theme, useTheme } from '@rialto/ui/theme.ts'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { UserRound } from 'lucide-react'
import { chooseLocale, LOCALES, type Locale } from '#lib/locale.ts'
import { profileQuery, useLogout } from '#lib/session.ts'

export function UserMenu() {
  const { t, i18n } = useLingui()
  const { data: user } = useSuspenseQuery(profileQuery)
  const logout = useLogout()
  const navigate = useNavigate()
  const theme = useTheme()
  return (
    <>
      <Button tone="quiet" size="icon" aria-label={t`Your menu`} popoverTarget="user-menu">
        <Icon of={UserRound} />
      </Button>
      <div
        id="user-menu"
        popover="auto"
        className="fixed inset-auto end-3 top-16 m-0 w-72 rounded-card border border-line bg-card p-4 text-ink shadow-over"
      >
        <div className="grid gap-4">
          <p>
            <span className="font-medium">{user?.name}</span>
            <span className="block text-sm text-soft">
              {user?.email} · {user?.role}
            </span>
          </p>
          <Field name="theme" label={t`Appearance`}>
            {(wiring) => (
              <Select {...wiring} value={theme} onChange={(event) => chooseTheme(event.target.value as Theme)}>
                <option value="system">{t`As the system`}</option>
                <option value="light">{t`Light`}</option>
                <option value="dark">{t`Dark`}</option>
              </Select>
            )}
          </Field>
          <Field name="language" label={t`Language`}>
            {(wiring) => (
              <Select {...wiring} value={i18n.locale} onChange={(event) => chooseLocale(event.target.value as Locale)}>
                {Object.entries(LOCALES).map(([locale, name]) => (
                  <option key={locale} value={locale} lang={locale}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <div className="grid">
            <Link to="/profile" className="inline-flex min-h-11 items-center underline underline-offset-4">
              <Trans>Your profile</Trans>
            </Link>
            <a href="/" className="inline-flex min-h-11 items-center underline underline-offset-4">
              <Trans>Open the storefront</Trans>
            </a>
          </div>
          <Button
            tone="outline"
            busy={logout.isPending}
            onClick={() => logout.mutate(undefined, { onSettled: () => navigate({ to: '/login' }) })}
          >
            <Trans>Sign out</Trans>
          </Button>
        </div>
      </div>
    </>
  )
}
