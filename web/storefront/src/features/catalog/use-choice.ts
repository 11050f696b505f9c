// Owns a shopper's choice of a variant: the whole choice stands in the URL, a part of it only on this page.
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Product } from './api.ts'
import { type Choice, choiceOf, chosen, variantFor } from './variant-choice.ts'

export function useChoice(product: Product, sku: string | undefined) {
  const navigate = useNavigate()
  const [part, setPart] = useState<Choice>()
  const only = product.variants.length === 1 ? product.variants[0] : undefined
  const known = product.variants.find((variant) => variant.sku === sku) ?? only
  const choice = known?.options ?? part ?? choiceOf(product, undefined)
  const variant = known ?? variantFor(product, choice)

  function choose(option: string, value: string) {
    const next = chosen(product, choice, option, value)
    setPart(next)
    navigate({
      to: '.',
      search: (search) => ({ ...search, variant: variantFor(product, next)?.sku }),
      replace: true,
      resetScroll: false,
    })
  }

  return { choice, variant, choose }
}
