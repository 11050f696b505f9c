// A new role.
import { createFileRoute } from '@tanstack/react-router'
import { RolePage } from '#features/staff/role-page.tsx'

export const Route = createFileRoute('/_staff/settings/roles/new')({ component: NewRoleRoute })

function NewRoleRoute() {
  return <RolePage />
}
