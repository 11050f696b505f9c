// Owns the page on which prices and stock of many products are changed at once.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useQueryClient, useSuspenseQueries } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { TableProperties } from 'lucide-react'
import { useState } from 'react'
import { LeaveGuard } from '#lib/form/leave-guard.tsx'
import { SaveBar } from '#lib/form/save-bar.tsx'
import { Page } from '#lib/page.tsx'
import { keep, type Product, productQuery } from '../api.ts'
import { Thumbnail } from '../media/thumbnail.tsx'
import { patchProduct } from '../patch.ts'
import { EditGrid } from './edit-grid.tsx'
import { useVariantGrid, type VariantRow } from './use-variant-grid.ts'
import { hasProblem, patchesOf } from './variant-edits.ts'

interface Refusal {
  product: Product
  error: unknown
}

export function GridPage({ ids }: { ids: string[] }) {
  const { t } = useLingui()
  const queryClient = useQueryClient()
  const say = useToast()
  const products = useSuspenseQueries({ queries: ids.map((id) => productQuery(id)) }).map(({ data }) => data)
  const currency = products[0]?.price.currency ?? ''
  const { edits, change, reset, gridProps } = useVariantGrid(currency)
  const [isSaving, setSaving] = useState(false)
  const [refusals, setRefusals] = useState<Refusal[]>([])

  const rows = products.flatMap((product) =>
    product.variants.map((variant): VariantRow => ({ key: variant.id, variant, product })),
  )
  const changed = products
    .map((product) => ({ product, variants: patchesOf(edits, product) }))
    .filter(({ variants }) => variants.size > 0)
  const count = changed.reduce((sum, { variants }) => sum + variants.size, 0)
  const isWrong = products.some((product) => hasProblem(edits, product))

  async function save() {
    setSaving(true)
    const refused: Refusal[] = []
    for (const { product, variants } of changed) {
      try {
        keep(queryClient, await patchProduct(product, { variants }, t`Changed in the grid of products`))
      } catch (error) {
        refused.push({ product, error })
      }
    }
    setRefusals(refused)
    setSaving(false)
    if (refused.length > 0) return
    reset()
    say({ text: t`${plural(changed.length, { one: '# product is saved', other: '# products are saved' })}` })
  }

  return (
    <Page title={t`Prices and stock`} above={[{ label: t`Products`, link: { to: '/products' } }]}>
      {rows.length === 0 && (
        <EmptyState icon={TableProperties} title={t`No products are chosen`}>
          <Link to="/products" className="underline underline-offset-4">
            {t`Choose some in the list of products.`}
          </Link>
        </EmptyState>
      )}
      {rows.length > 0 && (
        <form
          className="grid gap-5"
          onSubmit={(event) => {
            event.preventDefault()
            if (!isSaving && !isWrong) void save()
          }}
        >
          <p className="text-soft">
            {t`Type, fill a column with the button in its heading, or paste a column copied from a spreadsheet.`}
          </p>
          <Refusals refusals={refusals} />
          <EditGrid
            {...gridProps}
            caption={t`Prices and stock`}
            rows={rows}
            onChange={change}
            head={({ product, variant }) => (
              <span className="flex min-w-56 items-center gap-3 py-1">
                <Thumbnail url={product.images[0]?.sizes?.[0]?.url ?? product.images[0]?.url} className="size-9" />
                <span>
                  {product.title}
                  <span className="block font-normal text-soft">{variant.title || variant.sku}</span>
                </span>
              </span>
            )}
            groupsOf={({ product }) => [product.title]}
          />
          {isWrong && (
            <p role="alert" className="text-bad">{t`Some values are not as they should be; they are marked.`}</p>
          )}
          <SaveBar
            changes={count > 0 ? [t`${plural(count, { one: '# variant', other: '# variants' })}`] : []}
            busy={isSaving}
            onDiscard={() => {
              reset()
              setRefusals([])
            }}
          />
        </form>
      )}
      <LeaveGuard active={count > 0 && !isSaving} />
    </Page>
  )
}

function Refusals({ refusals }: { refusals: readonly Refusal[] }) {
  const { t } = useLingui()
  const explain = useExplain()
  if (refusals.length === 0) return null
  return (
    <div role="alert" className="rounded-card border border-bad/40 bg-bad-soft p-5">
      <p className="font-semibold">
        {t`${plural(refusals.length, { one: '# product is not saved', other: '# products are not saved' })}`}
      </p>
      <ul className="mt-2 grid gap-1">
        {refusals.map(({ product, error }) => (
          <li key={product.id}>
            <span className="font-medium">{product.title}:</span>{' '}
            {error instanceof ProblemError && error.status === 412
              ? t`Somebody else changed the same value meanwhile. Reload the page to see it.`
              : explain(error)}
          </li>
        ))}
      </ul>
    </div>
  )
}
