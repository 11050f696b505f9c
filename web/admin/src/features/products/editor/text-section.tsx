// Owns title and description.
import { useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Skeleton } from '@rialto/ui/skeleton.tsx'
import { lazy, Suspense } from 'react'
import { useController, useFormContext } from 'react-hook-form'
import type { ProductForm } from '../form/product-form.ts'
import { useProblemWords } from '../form/use-problem-words.ts'

// The editor of formatted text is larger than the rest of the page.
const RichText = lazy(async () => ({ default: (await import('../rich-text/rich-text.tsx')).RichText }))

export function TextSection() {
  const { t } = useLingui()
  const words = useProblemWords()
  const { register, formState } = useFormContext<ProductForm>()
  const { field: description } = useController<ProductForm, 'description'>({ name: 'description' })
  return (
    <Card title={t`Title and text`}>
      <div className="grid gap-5">
        <Field name="title" label={t`Title`} error={words(formState.errors.title?.message)}>
          {(wiring) => <Input {...wiring} {...register('title')} autoComplete="off" />}
        </Field>
        <Field name="description" label={t`Description`} error={words(formState.errors.description?.message)}>
          {(wiring) => (
            <Suspense fallback={<Skeleton className="h-52" />}>
              <RichText
                wiring={wiring}
                label={t`Description`}
                value={description.value}
                onChange={description.onChange}
              />
            </Suspense>
          )}
        </Field>
      </div>
    </Card>
  )
}
