// Make an account. `?next=` is where the person was going, `?email=` who they said they are.
import { createFileRoute } from '@tanstack/react-router'
import { RegisterPage } from '#features/session/register-page.tsx'
import { localPath, text } from '#lib/search-params.ts'

export const Route = createFileRoute('/register')({
  validateSearch: (search: Record<string, unknown>): { next?: string; email?: string } => ({
    next: localPath(search['next']),
    email: text(search['email']),
  }),
  component: RegisterRoute,
})

function RegisterRoute() {
  const { next, email } = Route.useSearch()
  return <RegisterPage next={next} email={email} />
}
