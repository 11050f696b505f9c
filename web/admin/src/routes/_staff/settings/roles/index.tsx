// The roles.
import { createFileRoute } from '@tanstack/react-router'
import { rolesQuery, staffQuery } from '#features/staff/api.ts'
import { RolesPage } from '#features/staff/roles-page.tsx'

export const Route = createFileRoute('/_staff/settings/roles/')({
  loader: ({ context: { queryClient } }) =>
    Promise.all([queryClient.ensureQueryData(rolesQuery), queryClient.ensureQueryData(staffQuery)]),
  component: RolesPage,
})
