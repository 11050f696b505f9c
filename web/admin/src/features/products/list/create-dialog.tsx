// Owns the short beginning of a product: title and price. The rest is done on its page, while it is a draft.
import { zodResolver } from '@hookform/resolvers/zod'
import { Trans, useLingui } from '@lingui/react/macro'
import { newIdempotencyKey } from '@rialto/api/client.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { MoneyInput } from '#lib/form/money-input.tsx'
import { z } from '#lib/form/zod.ts'
import { amountOf } from '#lib/money-text.ts'
import { shopCurrencyQuery } from '#lib/shop-currency.ts'
import { useCreateProduct } from '../api.ts'
import { zeroOf } from '../form/product-form.ts'
import { useProblemWords } from '../form/use-problem-words.ts'
import { skuFor } from '../variants/plan.ts'

export function CreateDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLingui()
  const currency = useQuery({ ...shopCurrencyQuery, enabled: open })
  return (
    <Dialog open={open} onClose={onClose} title={t`New product`}>
      {currency.error && (
        <ErrorState
          error={currency.error}
          title={t`The shop's currency could not be read`}
          retry={() => currency.refetch()}
        />
      )}
      {currency.isPending && (
        <Loading>
          <Skeleton className="h-48" />
        </Loading>
      )}
      {currency.data && <CreateForm currency={currency.data} onClose={onClose} />}
    </Dialog>
  )
}

function CreateForm({ currency, onClose }: { currency: string; onClose: () => void }) {
  const { t, i18n } = useLingui()
  const navigate = useNavigate()
  const create = useCreateProduct()
  const words = useProblemWords()
  const [key] = useState(newIdempotencyKey)
  const schema = z.object({
    title: z.string().trim().min(1, 'required').max(200, 'too_long'),
    price: z.string().refine((text) => amountOf(text, currency) !== undefined, 'no_amount'),
  })
  const { register, handleSubmit, formState } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { title: '', price: '' },
  })

  const submit = handleSubmit(({ title, price }) => {
    // A SKU that is taken would stop the person at the door: a few letters make this one free. It can be changed.
    const sku = `${skuFor(title, {}).slice(0, 40)}-${key.slice(0, 4).toUpperCase()}`
    const variants = [{ sku, price: { amount: amountOf(price, currency) ?? 0, currency }, stock: 0 }]
    create.mutate(
      { input: { title, status: 'draft', variants }, key },
      { onSuccess: ({ id }) => navigate({ to: '/products/$id', params: { id } }) },
    )
  })

  return (
    <form className="grid gap-5" onSubmit={submit} noValidate>
      <Field name="title" label={t`Title`} error={words(formState.errors.title?.message)}>
        {(wiring) => <Input {...wiring} {...register('title')} autoFocus autoComplete="off" />}
      </Field>
      <Field name="price" label={t`Price`} error={words(formState.errors.price?.message)} className="max-w-48">
        {(wiring) => (
          <MoneyInput
            {...wiring}
            {...register('price')}
            currency={currency}
            placeholder={zeroOf(currency, i18n.locale)}
          />
        )}
      </Field>
      <p className="text-soft">
        <Trans>
          It begins as a draft: pictures, variants and text come next, and nobody sees it before you publish.
        </Trans>
      </p>
      {create.error && <ErrorState error={create.error} title={t`The product could not be created`} />}
      <div className="flex justify-end gap-3">
        <Button tone="quiet" onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
        <Button type="submit" busy={create.isPending}>
          {create.isPending ? t`Creating…` : t`Create draft`}
        </Button>
      </div>
    </form>
  )
}
