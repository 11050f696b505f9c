// Sign in. `?next=` is where the person was going, `?email=` who they said they are.
import { createFileRoute } from '@tanstack/react-router'
import { LoginPage } from '#features/session/login-page.tsx'
import { localPath, text } from '#lib/search-params.ts'

export const Route = createFileRoute('/login')({
  validateSearch: (search: Record<string, unknown>): { next?: string; email?: string } => ({
    next: localPath(search['next']),
    email: text(search['email']),
  }),
  component: LoginRoute,
})

function LoginRoute() {
  const { next, email } = Route.useSearch()
  return <LoginPage next={next} email={email} />
}
