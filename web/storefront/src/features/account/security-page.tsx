// Owns who can get in, and what becomes of the person's data.
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { AccountHeading } from '#lib/account-heading.tsx'
import { EraseAccount } from './erase-account.tsx'
import { ExportData } from './export-data.tsx'
import { PasswordForm } from './password-form.tsx'
import { SessionList } from './session-list.tsx'

export function SecurityPage() {
  const { t } = useLingui()
  return (
    <>
      <AccountHeading
        title={t`Security and data`}
        lead={t`Who can get in, and what becomes of what we know about you.`}
      />
      <div className="grid max-w-3xl gap-6">
        <Card title={<Trans>Password</Trans>}>
          <PasswordForm />
        </Card>
        <Card title={<Trans>Where you are signed in</Trans>}>
          <SessionList />
        </Card>
        <Card title={<Trans>Your data</Trans>}>
          <ExportData />
        </Card>
        <Card title={<Trans>Delete your account</Trans>}>
          <EraseAccount />
        </Card>
      </div>
    </>
  )
}
