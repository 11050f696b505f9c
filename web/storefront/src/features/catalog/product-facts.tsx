// Owns what is to be known of a product: its description, and its facts in a table.
import { Trans, useLingui } from '@lingui/react/macro'
import { useFormat } from '@rialto/ui/use-format.ts'
import type { ReactNode } from 'react'
import type { Product, Variant } from './api.ts'
import { byImportance, useAttributeLabel } from './attribute-label.ts'

export function ProductFacts({ product, variant }: { product: Product; variant: Variant | undefined }) {
  const { t } = useLingui()
  const format = useFormat()
  const label = useAttributeLabel()
  const attributes = Object.entries(product.attributes)
    .map(([name, values]) => ({ name, values }))
    .sort(byImportance)
  const weight = variant?.weight_g ?? commonWeight(product)
  return (
    <div className="grid gap-10 md:grid-cols-2 md:gap-14">
      <section className="grid content-start gap-4">
        <h2 className="text-2xl">
          <Trans>About it</Trans>
        </h2>
        <div
          dir="auto"
          className="grid max-w-prose gap-3 leading-relaxed [&_a]:underline [&_a]:underline-offset-4 [&_li]:ms-5 [&_ol]:list-decimal [&_ul]:list-disc"
          // biome-ignore lint/security/noDangerouslySetInnerHtml: the catalog lets harmless HTML through only.
          dangerouslySetInnerHTML={{ __html: product.description }}
        />
      </section>
      <section className="grid content-start gap-4">
        <h2 className="text-2xl">
          <Trans>Details</Trans>
        </h2>
        <dl className="grid">
          {attributes.map(({ name, values }) => (
            <Fact key={name} name={label(name)}>
              {format.list(values)}
            </Fact>
          ))}
          {weight !== undefined && weight > 0 && (
            <Fact name={t`Weight`}>
              {format.number(weight < 1000 ? weight : weight / 1000, {
                style: 'unit',
                unit: weight < 1000 ? 'gram' : 'kilogram',
              })}
            </Fact>
          )}
          {variant && (
            <Fact name={t`Article number`}>
              <bdi>{variant.sku}</bdi>
            </Fact>
          )}
        </dl>
      </section>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[2fr_3fr] gap-4 border-line border-t py-3 last:border-b">
      <dt className="text-soft">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** The weight, if all variants weigh the same. */
function commonWeight({ variants }: Product): number | undefined {
  const weights = new Set(variants.map(({ weight_g }) => weight_g))
  return weights.size === 1 ? [...weights][0] : undefined
}
