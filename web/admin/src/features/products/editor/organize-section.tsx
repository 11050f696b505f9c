// Owns where a product belongs: status, categories, vendor, tags.
import { useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useController, useFormContext } from 'react-hook-form'
import { categoryTreeQuery, flatten, pathOf } from '#lib/category-tree.ts'
import { TokenInput } from '#lib/form/token-input.tsx'
import { Picker } from '#lib/overlays/picker.tsx'
import { STATUSES, vocabularyQuery } from '../api.ts'
import type { ProductForm } from '../form/product-form.ts'
import { STATUS_WORDS } from '../form/product-words.ts'
import { useProblemWords } from '../form/use-problem-words.ts'

export function OrganizeSection() {
  const { t, i18n } = useLingui()
  const words = useProblemWords()
  const { register, formState } = useFormContext<ProductForm>()
  const { field: categories } = useController<ProductForm, 'categories'>({ name: 'categories' })
  const { field: tags } = useController<ProductForm, 'tags'>({ name: 'tags' })
  const { data: tree } = useSuspenseQuery(categoryTreeQuery)
  const { data: vocabulary } = useQuery(vocabularyQuery)
  const choices = useMemo(() => flatten(tree).map((node) => ({ value: node.id, label: pathOf(node) })), [tree])
  return (
    <Card title={t`Where it belongs`}>
      <div className="grid gap-5">
        <Field name="status" label={t`Status`} hint={t`Drafts and archived products are seen by staff only.`}>
          {(wiring) => (
            <Select {...wiring} {...register('status')}>
              {STATUSES.map((status) => (
                <option key={status} value={status}>
                  {i18n._(STATUS_WORDS[status].word)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field
          name="categories"
          label={t`Categories`}
          hint={t`The first one is shown above the product.`}
          error={words(formState.errors.categories?.message)}
        >
          {(wiring) => (
            <Picker
              wiring={wiring}
              choices={choices}
              value={categories.value}
              onChange={categories.onChange}
              placeholder={t`Find a category`}
            />
          )}
        </Field>
        <Field name="vendor" label={t`Vendor`} optional error={words(formState.errors.vendor?.message)}>
          {(wiring) => (
            <>
              <Input {...wiring} {...register('vendor')} list="known-vendors" autoComplete="off" />
              <datalist id="known-vendors">
                {vocabulary?.vendors.map((vendor) => (
                  <option key={vendor} value={vendor} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        <Field
          name="tags"
          label={t`Tags`}
          optional
          hint={t`Enter or a comma ends each.`}
          error={words(formState.errors.tags?.message)}
        >
          {(wiring) => (
            <TokenInput
              wiring={wiring}
              value={tags.value}
              onChange={tags.onChange}
              suggestions={vocabulary?.tags ?? []}
            />
          )}
        </Field>
      </div>
    </Card>
  )
}
