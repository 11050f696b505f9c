// A forgotten password. `?token=` comes with the link of the letter; without it one asks for the letter.
import { createFileRoute } from '@tanstack/react-router'
import { AskForResetPage, ResetPage } from '#features/session/reset-page.tsx'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/reset')({
  validateSearch: (search: Record<string, unknown>): { token?: string; email?: string } => ({
    token: text(search['token']),
    email: text(search['email']),
  }),
  component: ResetRoute,
})

function ResetRoute() {
  const { token, email } = Route.useSearch()
  return token ? <ResetPage token={token} /> : <AskForResetPage email={email} />
}
