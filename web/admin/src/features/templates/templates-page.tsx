// Owns the list of all messages the shop can send, by what they are about, with their languages.
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Page } from '#lib/page.tsx'
import { type Template, templatesQuery } from './api.ts'
import { TOPIC_WORDS, titleOf } from './words.ts'

export function TemplatesPage() {
  const { t, i18n } = useLingui()
  const { data: templates } = useSuspenseQuery(templatesQuery)
  const topics = Map.groupBy(templates, ({ topic }) => topic)
  return (
    <Page title={t`Templates`}>
      <p className="max-w-prose text-soft">
        <Trans>
          Every text comes with the shop in English, German and Arabic. Change one and yours is used; the built-in one
          stays behind it.
        </Trans>
      </p>
      {[...topics].map(([topic, ofTopic]) => (
        <Card key={topic} title={i18n._(TOPIC_WORDS[topic])}>
          <ul className="grid grid-cols-1">
            {ofTopic.map((template) => (
              <TemplateRow key={template.name} template={template} />
            ))}
          </ul>
        </Card>
      ))}
    </Page>
  )
}

function TemplateRow({ template }: { template: Template }) {
  const { t } = useLingui()
  const format = useFormat()
  return (
    <li className="grid gap-x-6 gap-y-2 border-line border-b py-3 first:pt-0 last:border-0 last:pb-0 md:grid-cols-[1fr_auto] md:items-center">
      <div>
        <h3 className="font-medium tracking-normal">{titleOf(template.name)}</h3>
        <p className="text-sm text-soft">{template.about}</p>
      </div>
      <ul className="flex flex-wrap gap-2" aria-label={t`Languages of ${titleOf(template.name)}`}>
        {template.languages.map(({ language, built_in: isBuiltIn }) => (
          <li key={language}>
            <Link
              to="/notifications/templates/$name/$language"
              params={{ name: template.name, language }}
              className="inline-flex min-h-11 items-center gap-2 rounded-control border border-edge px-3 hover:border-ink hover:bg-sunken"
            >
              {format.language(language)}
              {!isBuiltIn && <Badge tone="accent">{t`yours`}</Badge>}
            </Link>
          </li>
        ))}
      </ul>
    </li>
  )
}
