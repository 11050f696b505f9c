// Owns what the shop may write to the person about, and what it has written.
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { AccountHeading } from '#lib/account-heading.tsx'
import { LetterLanguage } from './letter-language.tsx'
import { MessageHistory } from './message-history.tsx'
import { PreferenceMatrix } from './preference-matrix.tsx'

export function NotificationsPage() {
  const { t } = useLingui()
  return (
    <>
      <AccountHeading title={t`Notifications`} lead={t`What we may write to you about, and how.`} />
      <div className="grid gap-6">
        <Card title={<Trans>What you want to hear about</Trans>}>
          <PreferenceMatrix />
        </Card>
        <Card title={<Trans>Language of our letters</Trans>}>
          <LetterLanguage />
        </Card>
        <Card title={<Trans>What we have sent you</Trans>}>
          <MessageHistory />
        </Card>
      </div>
    </>
  )
}
