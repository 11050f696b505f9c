// Owns how the parts of a product are shown when two people saved them differently.
import { useLingui } from '@lingui/react/macro'
import { formatMoney } from '@rialto/ui/currency.ts'
import { useQuery } from '@tanstack/react-query'
import { categoryTreeQuery, flatten } from '#lib/category-tree.ts'
import type { FieldWords } from '#lib/conflict/conflict-dialog.tsx'
import type { ProductInput } from '../api.ts'
import { PART_WORDS, STATUS_WORDS } from '../form/product-words.ts'

type Fields = { [Part in keyof ProductInput & string]: FieldWords<ProductInput[Part]> }

export function useConflictFields(): Fields {
  const { i18n } = useLingui()
  const { data: tree } = useQuery(categoryTreeQuery)
  const titles = new Map(flatten(tree ?? []).map(({ id, title }) => [id, title]))
  const label = (part: keyof typeof PART_WORDS) => i18n._(PART_WORDS[part])
  return {
    title: { label: label('title') },
    slug: { label: label('slug') },
    description: { label: label('description'), show: (html) => textOf(html ?? '') },
    status: { label: label('status'), show: (status) => status && i18n._(STATUS_WORDS[status].word) },
    vendor: { label: label('vendor') },
    categories: {
      label: label('categories'),
      show: (ids) => ids?.map((id) => titles.get(id) ?? id).join(', ') || '—',
    },
    tags: { label: label('tags') },
    attributes: {
      label: label('attributes'),
      show: (attributes = {}) =>
        lines(Object.entries(attributes).map(([name, values]) => `${name}: ${[values].flat().join(', ')}`)),
    },
    options: {
      label: label('options'),
      show: (options = []) => lines(options.map(({ name, values }) => `${name}: ${values.join(', ')}`)),
    },
    images: { label: label('images'), show: (images = []) => lines(images.map(({ alt, url }) => alt || url)) },
    variants: {
      label: label('variants'),
      show: (variants) =>
        lines(
          variants.map(({ sku, price, compare_at_price: before }) => {
            const was = before ? ` (${formatMoney(before, i18n.locale)})` : ''
            return `${sku}: ${formatMoney(price, i18n.locale)}${was}`
          }),
        ),
    },
    seo: { label: label('seo'), show: (seo) => lines([seo?.title ?? '', seo?.description ?? '']) },
    metadata: { label: label('metadata'), show: (metadata) => JSON.stringify(metadata) },
  }
}

function lines(texts: readonly string[]): string {
  return texts.filter(Boolean).join('\n') || '—'
}

function textOf(html: string): string {
  return new DOMParser().parseFromString(html, 'text/html').body.textContent || '—'
}
