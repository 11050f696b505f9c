// The address in mails to guests, `?number=`: it leads to the page that asks for the link.
import { createFileRoute, redirect } from '@tanstack/react-router'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/order/lookup')({
  validateSearch: (search: Record<string, unknown>): { number?: string } => ({ number: text(search['number']) }),
  beforeLoad: ({ search: { number } }) => {
    throw redirect({ to: '/track', search: { number }, replace: true })
  },
})
