// A new zone.
import { createFileRoute } from '@tanstack/react-router'
import { NewZonePage } from '#features/shipping/new-zone-page.tsx'

export const Route = createFileRoute('/_staff/shipping/zones/new')({ component: NewZonePage })
