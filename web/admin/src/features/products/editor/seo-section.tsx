// Owns the address of the product and what search engines show of it.
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input, Textarea } from '@rialto/ui/input.tsx'
import { useFormContext, useWatch } from 'react-hook-form'
import type { ProductForm } from '../form/product-form.ts'
import { useProblemWords } from '../form/use-problem-words.ts'

/** About so many characters are shown by search engines. */
const TITLE_SHOWN = 60
const DESCRIPTION_SHOWN = 155

export function SeoSection({ savedSlug }: { savedSlug: string }) {
  const { t } = useLingui()
  const words = useProblemWords()
  const { register, formState } = useFormContext<ProductForm>()
  const [title, slug, description, seoTitle, seoDescription] = useWatch<
    ProductForm,
    ['title', 'slug', 'description', 'seoTitle', 'seoDescription']
  >({ name: ['title', 'slug', 'description', 'seoTitle', 'seoDescription'] })
  const shownTitle = seoTitle || title
  const shownText = seoDescription || textOf(description)
  return (
    <Card title={t`Search engines`}>
      <div className="grid gap-5">
        <figure className="rounded-control bg-sunken p-4">
          <figcaption className="mb-2 text-sm text-soft">{t`So it may look in a search`}</figcaption>
          <p className="truncate text-sm text-soft">
            {location.host} › p › {slug || '…'}
          </p>
          <p className="truncate text-lg font-medium">{cut(shownTitle, TITLE_SHOWN)}</p>
          <p className="line-clamp-2 text-sm">{cut(shownText, DESCRIPTION_SHOWN)}</p>
        </figure>
        <Field
          name="slug"
          label={t`Address`}
          hint={t`The end of the product's address: /p/${slug || '…'}`}
          error={words(formState.errors.slug?.message)}
        >
          {(wiring) => <Input {...wiring} {...register('slug')} autoComplete="off" spellCheck={false} />}
        </Field>
        {slug !== savedSlug && (
          <p role="status" className="-mt-3 text-sm text-warn">
            <Trans>The old address /p/{savedSlug} goes on working: it leads to the new one.</Trans>
          </p>
        )}
        <Field
          name="seoTitle"
          label={t`Title for search engines`}
          optional
          hint={t`The product's title if empty. ${seoTitle.length} of about ${TITLE_SHOWN} characters.`}
          error={words(formState.errors.seoTitle?.message)}
        >
          {(wiring) => <Input {...wiring} {...register('seoTitle')} placeholder={title} autoComplete="off" />}
        </Field>
        <Field
          name="seoDescription"
          label={t`Description for search engines`}
          optional
          hint={t`The beginning of the description if empty. ${seoDescription.length} of about ${DESCRIPTION_SHOWN} characters.`}
          error={words(formState.errors.seoDescription?.message)}
        >
          {(wiring) => <Textarea {...wiring} {...register('seoDescription')} rows={3} />}
        </Field>
      </div>
    </Card>
  )
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).trimEnd()}…` : text
}

function textOf(html: string): string {
  return new DOMParser()
    .parseFromString(html.replaceAll('<', ' <'), 'text/html')
    .body.textContent.replaceAll(/\s+/g, ' ')
    .trim()
}
