// Owns what is still to do before a draft is worth publishing. It advises; nothing of it is enforced.
import { useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { fieldId } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { VisuallyHidden } from '@rialto/ui/visually-hidden.tsx'
import { Circle, CircleCheck } from 'lucide-react'
import { useWatch } from 'react-hook-form'
import { type ProductForm, wholeOf } from '../form/product-form.ts'

export function Checklist() {
  const { t } = useLingui()
  const form = useWatch<ProductForm>() as ProductForm
  const items = [
    { label: t`A picture`, isDone: form.images.some(({ url }) => url !== ''), target: 'media-add' },
    {
      label: t`A description`,
      isDone: form.description.replaceAll(/<[^>]*>/g, '').trim() !== '',
      target: fieldId('description'),
    },
    { label: t`A category`, isDone: form.categories.length > 0, target: fieldId('categories') },
    {
      label: t`Something in stock`,
      isDone: form.variants.some(({ stock }) => (wholeOf(stock) ?? 0) > 0),
      target: fieldId('variants.0.stock'),
    },
  ]
  return (
    <Card title={t`Before you publish`}>
      <ul className="grid gap-1">
        {items.map(({ label, isDone, target }) => (
          <li key={label} className="flex min-h-9 items-center gap-3">
            <Icon of={isDone ? CircleCheck : Circle} className={isDone ? 'text-good' : 'text-soft'} />
            {isDone ? (
              <span>
                {label} <VisuallyHidden>{t`(done)`}</VisuallyHidden>
              </span>
            ) : (
              <a
                href={`#${target}`}
                className="underline underline-offset-4"
                onClick={(event) => {
                  event.preventDefault()
                  const control = document.getElementById(target)
                  control?.focus()
                  control?.scrollIntoView({ block: 'center' })
                }}
              >
                {label}
              </a>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
