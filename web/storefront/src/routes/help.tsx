// Help, for those who do not find it elsewhere.
import { createFileRoute } from '@tanstack/react-router'
import { HelpPage } from '#features/help/help-page.tsx'

export const Route = createFileRoute('/help')({ component: HelpPage })
