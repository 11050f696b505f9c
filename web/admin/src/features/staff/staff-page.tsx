// Owns the list of those who work here.
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { ActionButton } from '#lib/action-button.tsx'
import { columnsOf, DataTable } from '#lib/list/data-table.tsx'
import { Page } from '#lib/page.tsx'
import { profileQuery } from '#lib/session.ts'
import { useBlocked } from '#lib/use-blocked.ts'
import { AddDialog } from './add-dialog.tsx'
import { type Account, rolesQuery, staffQuery } from './api.ts'

const column = columnsOf<Account>()

export function StaffPage() {
  const { t } = useLingui()
  const blocked = useBlocked()
  const columns = useStaffColumns()
  const { data: staff } = useSuspenseQuery(staffQuery)
  const [isAdding, setAdding] = useState(false)
  const admins = staff.filter(({ role, status }) => role === 'admin' && status === 'active').length
  return (
    <Page
      title={t`Staff`}
      actions={
        <ActionButton blocked={blocked('roles:write')} onClick={() => setAdding(true)}>
          <Trans>Add someone</Trans>
        </ActionButton>
      }
    >
      {admins === 1 && (
        <p className="rounded-card bg-warn-soft p-4">
          <Trans>
            There is one administrator only. Make a second one, so that the shop is not locked when they lose their
            password.
          </Trans>
        </p>
      )}
      <DataTable
        caption={t`Staff`}
        columns={columns}
        rows={staff}
        rowId={({ id }) => id}
        rowName={({ name, email }) => name || email}
      />
      <AddDialog open={isAdding} onClose={() => setAdding(false)} />
    </Page>
  )
}

function useStaffColumns() {
  const { t } = useLingui()
  const { data: me } = useSuspenseQuery(profileQuery)
  const { data: roles } = useSuspenseQuery(rolesQuery)
  return useMemo(
    () => [
      column.accessor('name', {
        header: t`Name`,
        cell: ({ row: { original: account } }) => (
          <span className="flex items-center gap-2">
            <Link
              to="/customers/$id"
              params={{ id: account.id }}
              className="inline-flex min-h-6 items-center font-medium underline-offset-4 hover:underline"
            >
              {account.name || account.email}
            </Link>
            {account.id === me?.id && <Badge tone="accent">{t`you`}</Badge>}
          </span>
        ),
      }),
      column.accessor('email', { header: t`E-mail` }),
      column.accessor('role', {
        header: t`Role`,
        cell: ({ getValue }) => (
          <Link
            to="/settings/roles/$name"
            params={{ name: getValue() }}
            className="inline-flex min-h-6 items-center underline-offset-4 hover:underline"
          >
            {roles.find(({ name }) => name === getValue())?.title ?? getValue()}
          </Link>
        ),
      }),
      column.accessor('status', {
        header: t`Account`,
        cell: ({ getValue }) =>
          getValue() === 'active' ? <Badge tone="good">{t`open`}</Badge> : <Badge>{t`shut`}</Badge>,
      }),
      column.accessor('last_login_at', {
        header: t`Last seen`,
        cell: ({ getValue }) => {
          const at = getValue()
          return at ? <RelativeTime at={at} /> : <span className="text-soft">{t`never`}</span>
        },
      }),
    ],
    [t, me, roles],
  )
}
