// One role.
import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute, notFound } from '@tanstack/react-router'
import { rolesQuery } from '#features/staff/api.ts'
import { RolePage } from '#features/staff/role-page.tsx'

export const Route = createFileRoute('/_staff/settings/roles/$name')({
  loader: async ({ context: { queryClient }, params: { name } }) => {
    const roles = await queryClient.ensureQueryData(rolesQuery)
    if (!roles.some((role) => role.name === name)) throw notFound()
  },
  component: RoleRoute,
})

function RoleRoute() {
  const { name } = Route.useParams()
  const { data: roles } = useSuspenseQuery(rolesQuery)
  return <RolePage key={name} role={roles.find((role) => role.name === name)} />
}
