// Owns the form of one product: what it began with, saving over that state, and what happens when it is a stale one.
import { zodResolver } from '@hookform/resolvers/zod'
import { useLingui } from '@lingui/react/macro'
import { api, ok } from '@rialto/api/client.ts'
import { fieldProblems, ProblemError } from '@rialto/api/problem.ts'
import { useToast } from '@rialto/ui/toast.tsx'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useForm } from 'react-hook-form'
import type { Conflict } from '#lib/conflict/merge.ts'
import {
  adjustStock,
  keep,
  type Product,
  type ProductInput,
  type ProductStatus,
  type StockDelta,
  writeProduct,
} from '../api.ts'
import { differ } from '../form/changes.ts'
import { formName } from '../form/field-names.ts'
import { currencyOf, formOf, inputOf, type ProductForm, stockDeltas } from '../form/product-form.ts'
import { productSchema } from '../form/product-schema.ts'
import { inputFrom } from '../patch.ts'

interface Write {
  input: ProductInput
  version: string
  stock: StockDelta[]
}

export function useProductForm(product: Product) {
  const { t, i18n } = useLingui()
  const queryClient = useQueryClient()
  const say = useToast()
  const [base, setBase] = useState(product)
  const [attempt, setAttempt] = useState(0)
  const [refusedStock, setRefusedStock] = useState<string[]>([])
  const [stale, setStale] = useState<{ conflict: Conflict<ProductInput>; latest: Product; stock: StockDelta[] }>()
  const before = useMemo(() => formOf(base, i18n.locale), [base, i18n.locale])
  const schema = useMemo(() => productSchema(currencyOf(base)), [base])
  const form = useForm<ProductForm>({ resolver: zodResolver(schema), defaultValues: before })
  const isDirty = useRef(false)
  isDirty.current = form.formState.isDirty

  function begin(from: Product) {
    setBase(from)
    form.reset(formOf(from, i18n.locale))
  }

  // What others save is shown as long as nothing is typed here; after that the conflict dialog asks.
  const beginAnew = useRef(begin)
  beginAnew.current = begin
  useEffect(() => {
    if (!isDirty.current) beginAnew.current(product)
  }, [product])

  const save = useMutation({
    mutationFn: async ({ input, version, stock }: Write) => {
      const isWritten = differ(input, inputFrom(base)) || version !== base.version
      const written = isWritten ? await writeProduct({ id: base.id, version, input }) : base
      const refused: string[] = []
      for (const delta of stock) {
        await adjustStock(delta, t`Corrected in the product editor`).catch(() => refused.push(delta.sku))
      }
      return { saved: stock.length > 0 ? await read(base.id) : written, refused }
    },
    onSuccess: ({ saved, refused }) => {
      setStale(undefined)
      setRefusedStock(refused)
      begin(saved)
      keep(queryClient, saved)
      say({ text: t`${saved.title} is saved` })
    },
    onError: async (error, { input, stock }) => {
      if (!(error instanceof ProblemError)) return
      if (error.status === 412) {
        const latest = await read(base.id)
        const theirs = inputFrom(latest)
        setStale({ conflict: { base: inputFrom(base), mine: input, theirs }, latest, stock })
      }
      for (const [field, { code }] of fieldProblems(error)) form.setError(formName(field), { message: code })
      if (error.code === 'slug_taken') form.setError('slug', { message: error.code })
      setAttempt((count) => count + 1)
    },
  })

  /** With a status of its own the form keeps what it shows, should saving fail. */
  const submitAs = (status?: ProductStatus) =>
    form.handleSubmit(
      (values) => {
        setRefusedStock([])
        const stock = stockDeltas(before.variants, values.variants)
        const input = inputOf({ ...values, ...(status && { status }) }, base)
        save.mutate({ input, version: base.version, stock })
      },
      () => setAttempt((count) => count + 1),
    )

  return {
    form,
    base,
    before,
    save,
    submit: submitAs(),
    publish: submitAs('published'),
    /** Counts refused tries, for the error summary. */
    attempt,
    refusedStock,
    stale,
    keepTyping: () => setStale(undefined),
    resolve: (merged: ProductInput) =>
      stale && save.mutate({ input: merged, version: stale.latest.version, stock: stale.stock }),
    discard: () => form.reset(before),
  }
}

function read(id: string): Promise<Product> {
  return ok(api.GET('/products/{id}', { params: { path: { id } } }))
}
