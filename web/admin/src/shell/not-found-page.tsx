// Owns the page for addresses that lead nowhere.
import { useLingui } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { Page } from '#lib/page.tsx'

export function NotFoundPage() {
  const { t } = useLingui()
  return (
    <Page title={t`There is nothing at this address`}>
      <p className="text-soft">{t`It may have been deleted, or the address is not quite right.`}</p>
      <ButtonLink to="/" className="justify-self-start">
        {t`Go to the first page`}
      </ButtonLink>
    </Page>
  )
}
