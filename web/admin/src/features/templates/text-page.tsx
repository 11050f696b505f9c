// Owns the page of one text in one language: writing it, seeing it, trying it, and going back to an earlier one.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Badge } from '@rialto/ui/badge.tsx'
import { Button } from '@rialto/ui/button.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ConflictDialog } from '#lib/conflict/conflict-dialog.tsx'
import type { Conflict } from '#lib/conflict/merge.ts'
import { LeaveGuard } from '#lib/form/leave-guard.tsx'
import { SaveBar } from '#lib/form/save-bar.tsx'
import { Page } from '#lib/page.tsx'
import { useMay } from '#lib/session.ts'
import { type Draft, type Template, type Text, templatesQuery, textQuery, useSaveText } from './api.ts'
import { LanguageLinks } from './language-links.tsx'
import { PreviewCard } from './preview-card.tsx'
import { TestDialog } from './test-dialog.tsx'
import { TextForm, useTextForm } from './text-form.tsx'
import { useTemplateProblem } from './use-template-problem.ts'
import { VersionsDrawer } from './versions-drawer.tsx'
import { titleOf } from './words.ts'

export function TextPage({ name, language }: { name: string; language: string }) {
  const { data: templates } = useSuspenseQuery(templatesQuery)
  const { data: text } = useSuspenseQuery(textQuery(name, language))
  const template = templates.find((each) => each.name === name)
  // A form begins anew with another text, and not with another version of this one: that is what conflicts are for.
  return template ? <TextEditor key={`${name}/${language}`} template={template} text={text} /> : null
}

function TextEditor({ template, text }: { template: Template; text: Text }) {
  const { t } = useLingui()
  const format = useFormat()
  const { name, language } = text
  const may = useMay()
  const say = useToast()
  const explain = useExplain()
  const queryClient = useQueryClient()
  const [base, setBase] = useState(text)
  const [conflict, setConflict] = useState<Conflict<Draft>>()
  const [failure, setFailure] = useState<string>()
  const [opened, setOpened] = useState<'test' | 'versions'>()
  const form = useTextForm(draftOf(text))
  const save = useSaveText(name, language)
  const problemOf = useTemplateProblem()
  const mayWrite = may('notifications:send')
  const isNew = !template.languages.some((known) => known.language === language)
  const fields = {
    subject: { label: t`Subject` },
    heading: { label: t`Heading` },
    preview: { label: t`Preview line` },
    body: { label: t`Body` },
  }
  const { dirtyFields, isDirty } = form.formState
  const changes = Object.entries(fields).flatMap(([field, { label }]) =>
    dirtyFields[field as keyof Draft] ? [label] : [],
  )

  async function submit(draft: Draft, version = base.version) {
    setFailure(undefined)
    try {
      const saved = await save.mutateAsync({ draft, version })
      begin(saved)
      say({ text: t`Saved; it is used from now on` })
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'stale_version') {
        const stored = await queryClient.fetchQuery({ ...textQuery(name, language), staleTime: 0 })
        setConflict({ base: draftOf(base), mine: draft, theirs: draftOf(stored) })
        setBase(stored)
        return
      }
      const problem = problemOf(error)
      if (problem) form.setError(problem.field, { type: 'server', message: problem.message })
      else setFailure(explain(error))
    }
  }

  function begin(with_: Text) {
    setBase(with_)
    setConflict(undefined)
    form.reset(draftOf(with_))
  }

  function restore(version: Text) {
    for (const [field, value] of Object.entries(draftOf(version))) {
      form.setValue(field as keyof Draft, value, { shouldDirty: true })
    }
    setOpened(undefined)
    say({ text: t`Version ${version.version} is in the form. Save to use it.` })
  }

  return (
    <Page
      title={`${titleOf(name)} · ${format.language(language)}`}
      above={[{ label: t`Templates`, link: { to: '/notifications/templates' } }]}
      actions={
        <div className="flex flex-wrap items-center gap-2">
          <Button tone="outline" onClick={() => setOpened('versions')}>
            <Trans>Versions</Trans>
          </Button>
          {mayWrite && (
            <Button tone="outline" onClick={() => setOpened('test')}>
              <Trans>Send a test</Trans>
            </Button>
          )}
        </div>
      }
    >
      <LeaveGuard active={isDirty} />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {base.built_in ? (
          <Badge>{isNew ? t`New language` : t`Built in`}</Badge>
        ) : (
          <Badge tone="accent">{t`Yours`}</Badge>
        )}
        <p className="text-soft">{template.about}</p>
      </div>
      <LanguageLinks template={template} language={language} />
      <div className="grid items-start gap-5 xl:grid-cols-2">
        <TextForm
          form={form}
          template={template}
          readOnly={!mayWrite}
          failure={failure}
          onSubmit={(draft) => submit(draft)}
        >
          <SaveBar changes={changes} busy={save.isPending} onDiscard={() => form.reset()} />
        </TextForm>
        <PreviewCard name={name} language={language} control={form.control} />
      </div>
      <VersionsDrawer
        open={opened === 'versions'}
        text={base}
        mayWrite={mayWrite}
        onRestore={restore}
        onReverted={begin}
        onClose={() => setOpened(undefined)}
      />
      <TestDialog open={opened === 'test'} text={base} isDirty={isDirty} onClose={() => setOpened(undefined)} />
      <ConflictDialog
        conflict={conflict}
        fields={fields}
        changedAt={base.saved_at ?? undefined}
        busy={save.isPending}
        onResolve={(merged) => {
          form.reset(merged, { keepDefaultValues: true })
          submit(merged, base.version)
        }}
        onClose={() => setConflict(undefined)}
      />
    </Page>
  )
}

function draftOf({ subject, heading, preview, body }: Text): Draft {
  return { subject, heading, preview, body }
}
