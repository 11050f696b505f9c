// Owns the form of a category, new or existing.
import { zodResolver } from '@hookform/resolvers/zod'
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input, Textarea } from '@rialto/ui/input.tsx'
import { useMemo } from 'react'
import { useForm } from 'react-hook-form'
import { useShowFieldProblems } from '#lib/form/form-errors.ts'
import { z } from '#lib/form/zod.ts'
import { type CategoryInput, inputOf, useSaveCategory } from './api.ts'
import type { Doing } from './categories-page.tsx'

interface CategoryDialogProps {
  doing: Doing
  onClose: () => void
}

export function CategoryDialog({ doing, onClose }: CategoryDialogProps) {
  const { t } = useLingui()
  const save = useSaveCategory()
  const old = 'category' in doing ? doing.category : undefined
  const parent = 'parent' in doing ? doing.parent : undefined
  const schema = useMemo(
    () =>
      z.object({
        title: z.string().trim().min(1, t`Give the category a title.`).max(100, t`This is too long.`),
        slug: z
          .string()
          .trim()
          .max(100, t`This is too long.`)
          .regex(/^([a-z0-9]+(-[a-z0-9]+)*)?$/, t`Use small letters, digits and single hyphens only.`),
        description: z.string().max(2000, t`This is too long.`),
      }),
    [t],
  )
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { title: old?.title ?? '', slug: old?.slug ?? '', description: old?.description ?? '' },
  })
  const showProblems = useShowFieldProblems(form)
  const { errors } = form.formState
  const isTaken = save.error instanceof ProblemError && save.error.code === 'slug_taken'

  const submit = form.handleSubmit((values) => {
    const place: CategoryInput = old
      ? inputOf(old)
      : { title: '', parent: parent?.id ?? null, position: parent ? parent.children.length : 1_000 }
    save.mutate(
      { ...(old && { id: old.id }), input: { ...place, ...values, slug: values.slug || null } },
      { onSuccess: onClose, onError: (error) => showProblems(error) },
    )
  })

  return (
    <Dialog
      open
      onClose={onClose}
      title={old ? t`Edit ${old.title}` : parent ? t`New category below ${parent.title}` : t`New category`}
    >
      <form className="grid gap-5" onSubmit={submit} noValidate>
        <Field name="title" label={t`Title`} error={errors.title?.message}>
          {(wiring) => <Input {...wiring} {...form.register('title')} autoFocus autoComplete="off" />}
        </Field>
        <Field
          name="slug"
          label={t`Address`}
          optional={!old}
          hint={old ? t`The end of its address: /c/${old.slug}` : t`Made from the title if empty.`}
          error={isTaken ? t`Another category has this address.` : errors.slug?.message}
        >
          {(wiring) => <Input {...wiring} {...form.register('slug')} autoComplete="off" spellCheck={false} />}
        </Field>
        <Field
          name="description"
          label={t`Description`}
          optional
          hint={t`Shown above its products, and to search engines.`}
          error={errors.description?.message}
        >
          {(wiring) => <Textarea {...wiring} {...form.register('description')} rows={3} />}
        </Field>
        {save.error && !isTaken && <ErrorState error={save.error} title={t`The category is not saved`} />}
        <div className="flex justify-end gap-3">
          <Button tone="quiet" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" busy={save.isPending}>
            {save.isPending ? t`Saving…` : t`Save`}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
