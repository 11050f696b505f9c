// Owns the ways into the shop on the first page: each category with a picture of what people like best of it.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { Picture } from '#lib/picture.tsx'
import type { Category } from './api.ts'

export function HomeCategories({ categories }: { categories: readonly Category[] }) {
  const stocked = categories.filter((category) => category.product_count > 0)
  if (stocked.length === 0) return null
  return (
    <section className="page grid gap-8">
      <h2 className="text-2xl sm:text-3xl">
        <Trans>Browse by category</Trans>
      </h2>
      <ul className="grid grid-cols-2 gap-x-4 gap-y-8 sm:grid-cols-3 lg:grid-cols-6">
        {stocked.map((category) => (
          <li key={category.id}>
            <Tile category={category} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Tile({ category }: { category: Category }) {
  const { t } = useLingui()
  const { image } = category
  return (
    <Link to="/c/$slug" params={{ slug: category.slug }} className="group grid gap-3 rounded-card">
      <span className="block aspect-square overflow-hidden rounded-card bg-sunken">
        {image && (
          <Picture
            image={image}
            alt=""
            sizes="(min-width: 64rem) 13rem, (min-width: 40rem) 33vw, 50vw"
            className="size-full object-cover transition-transform duration-700 ease-out-soft group-hover:scale-103"
          />
        )}
      </span>
      <span>
        <span className="block font-medium group-hover:underline group-hover:underline-offset-4">{category.title}</span>
        <span className="text-sm text-soft">
          {t`${plural(category.product_count, { one: '# product', other: '# products' })}`}
        </span>
      </span>
    </Link>
  )
}
