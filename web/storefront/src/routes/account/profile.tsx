// Name, phone and e-mail address.
import { createFileRoute } from '@tanstack/react-router'
import { ProfilePage } from '#features/account/profile-page.tsx'

export const Route = createFileRoute('/account/profile')({ component: ProfilePage })
