// Sign in. `?next=` is where the person was going.
import { createFileRoute } from '@tanstack/react-router'
import { LoginPage } from '#features/session/login-page.tsx'
import { localPath } from '#lib/search-params.ts'

export const Route = createFileRoute('/login')({
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({ next: localPath(search['next']) }),
  component: LoginRoute,
})

function LoginRoute() {
  return <LoginPage next={Route.useSearch().next ?? '/admin/'} />
}
