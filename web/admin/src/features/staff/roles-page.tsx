// Owns the list of roles.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Page } from '#lib/page.tsx'
import { useMay } from '#lib/session.ts'
import { rolesQuery, staffQuery } from './api.ts'

export function RolesPage() {
  const { t } = useLingui()
  const may = useMay()
  const { data: roles } = useSuspenseQuery(rolesQuery)
  const { data: staff } = useSuspenseQuery(staffQuery)
  return (
    <Page
      title={t`Roles`}
      actions={
        may('roles:write') && (
          <ButtonLink to="/settings/roles/new">
            <Trans>New role</Trans>
          </ButtonLink>
        )
      }
    >
      <ul className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
        {roles.map((role) => {
          const people = staff.filter((account) => account.role === role.name).length
          return (
            <li
              key={role.name}
              className="relative grid content-start gap-1 rounded-card border border-line bg-card p-5 hover:border-edge"
            >
              <h2 className="text-lg">
                <Link
                  to="/settings/roles/$name"
                  params={{ name: role.name }}
                  className="after:absolute after:inset-0 after:rounded-card"
                >
                  {role.title}
                </Link>
              </h2>
              <p className="text-soft">
                {role.permissions.length === 0
                  ? t`Shops, and nothing else`
                  : plural(role.permissions.length, { one: '# permission', other: '# permissions' })}
              </p>
              <p className="flex items-center justify-between gap-3 text-soft">
                {role.name === 'customer' ? t`all who shop` : plural(people, { one: '# person', other: '# people' })}
                {role.built_in && <Badge>{t`built in`}</Badge>}
              </p>
            </li>
          )
        })}
      </ul>
    </Page>
  )
}
