// Owns the copy of a product: a draft without stock, under its own address and SKUs.
import { useLingui } from '@lingui/react/macro'
import { newIdempotencyKey } from '@rialto/api/client.ts'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useNavigate } from '@tanstack/react-router'
import { type Product, type ProductInput, useCreateProduct } from './api.ts'
import { inputFrom } from './patch.ts'

export function useDuplicate() {
  const { t } = useLingui()
  const create = useCreateProduct()
  const navigate = useNavigate()
  const explain = useExplain()
  const say = useToast()

  return (product: Product) => {
    const input = copyOf(product, t`Copy of ${product.title}`)
    create.mutate(
      { input, key: newIdempotencyKey() },
      {
        onSuccess: ({ id }) => navigate({ to: '/products/$id', params: { id } }),
        onError: (error) => say({ text: t`${product.title} could not be copied. ${explain(error)}` }),
      },
    )
  }
}

function copyOf(product: Product, title: string): ProductInput {
  const input = inputFrom(product)
  // A mark of its own, so that a second copy has other SKUs than the first.
  const mark = Date.now().toString(36).slice(-4).toUpperCase()
  return {
    ...input,
    title,
    slug: null,
    status: 'draft',
    variants: input.variants.map(({ id: _, ...variant }) => ({
      ...variant,
      sku: `${variant.sku.slice(0, 90)}-${mark}`,
      barcode: null,
      stock: 0,
    })),
  }
}
