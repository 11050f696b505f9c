// Shipping begins with the work that waits.
import { createFileRoute, redirect } from '@tanstack/react-router'

export const Route = createFileRoute('/_staff/shipping/')({
  beforeLoad: () => {
    throw redirect({ to: '/shipping/shipments' })
  },
})
