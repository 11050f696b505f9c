// Owns the page of help: what most people ask, with where it is answered.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { shopName, useShop } from '#lib/shop.ts'

export function HelpPage() {
  const { t } = useLingui()
  const days = useShop()?.return_days
  useDocumentTitle(t`Help`, shopName)
  const answers = [
    [
      t`Where is my order?`,
      t`Every letter about your order carries a link to it: with its state, its parcels and who brings them.`,
    ],
    [
      t`How do I return something?`,
      days
        ? t`Open your order from its letter or from your account, and choose what goes back. You have ${plural(days, { one: '# day', other: '# days' })} and need no reason.`
        : t`Open your order from its letter or from your account, and choose what goes back.`,
    ],
    [t`How can I reach you?`, t`Answer any letter from the shop. It reaches a person.`],
  ]
  return (
    <div className="page grid max-w-2xl gap-8 py-12">
      <h1 className="text-3xl sm:text-4xl">
        <Trans>Help and contact</Trans>
      </h1>
      {answers.map(([question, answer]) => (
        <section key={question} className="grid gap-2">
          <h2 className="text-xl">{question}</h2>
          <p className="text-soft">{answer}</p>
        </section>
      ))}
    </div>
  )
}
