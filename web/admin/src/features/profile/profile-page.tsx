// Owns the page of one's own account.
import { useLingui } from '@lingui/react/macro'
import { Page } from '#lib/page.tsx'
import { PasswordCard } from './password-card.tsx'
import { PersonCard } from './person-card.tsx'
import { SessionsCard } from './sessions-card.tsx'

export function ProfilePage() {
  const { t } = useLingui()
  return (
    <Page title={t`Your profile`}>
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-2">
        <div className="grid grid-cols-1 gap-5">
          <PersonCard />
          <PasswordCard />
        </div>
        <SessionsCard />
      </div>
    </Page>
  )
}
