// Owns price, stock and the like of a product that is sold as one thing.
import { useLingui } from '@lingui/react/macro'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useFormContext } from 'react-hook-form'
import { MoneyInput } from '#lib/form/money-input.tsx'
import type { ProductForm } from '../form/product-form.ts'
import { useProblemWords } from '../form/use-problem-words.ts'

export function SingleVariant({ currency }: { currency: string }) {
  const { t } = useLingui()
  const words = useProblemWords()
  const { register, formState } = useFormContext<ProductForm>()
  const errors = formState.errors.variants?.[0]
  return (
    <div className="grid gap-5 sm:grid-cols-2 xl:grid-cols-3">
      <Field name="variants.0.price" label={t`Price`} error={words(errors?.price?.message)}>
        {(wiring) => <MoneyInput {...wiring} {...register('variants.0.price')} currency={currency} />}
      </Field>
      <Field name="variants.0.compareAt" label={t`Price before`} optional error={words(errors?.compareAt?.message)}>
        {(wiring) => <MoneyInput {...wiring} {...register('variants.0.compareAt')} currency={currency} />}
      </Field>
      <Field name="variants.0.stock" label={t`Available`} error={words(errors?.stock?.message)}>
        {(wiring) => <Input {...wiring} {...register('variants.0.stock')} inputMode="numeric" autoComplete="off" />}
      </Field>
      <Field name="variants.0.sku" label={t`SKU`} error={words(errors?.sku?.message)}>
        {(wiring) => <Input {...wiring} {...register('variants.0.sku')} autoComplete="off" spellCheck={false} />}
      </Field>
      <Field name="variants.0.barcode" label={t`Barcode`} optional error={words(errors?.barcode?.message)}>
        {(wiring) => <Input {...wiring} {...register('variants.0.barcode')} inputMode="numeric" autoComplete="off" />}
      </Field>
      <Field name="variants.0.weight" label={t`Weight in grams`} error={words(errors?.weight?.message)}>
        {(wiring) => <Input {...wiring} {...register('variants.0.weight')} inputMode="numeric" autoComplete="off" />}
      </Field>
    </div>
  )
}
