// Who works here.
import { createFileRoute } from '@tanstack/react-router'
import { rolesQuery, staffQuery } from '#features/staff/api.ts'
import { StaffPage } from '#features/staff/staff-page.tsx'

export const Route = createFileRoute('/_staff/settings/staff')({
  loader: ({ context: { queryClient } }) =>
    Promise.all([queryClient.ensureQueryData(rolesQuery), queryClient.ensureQueryData(staffQuery)]),
  component: StaffPage,
})
