// Owns the top of every page: logo, search, categories, account, cart. The gateway writes the same into its first screen
// (services/gateway/pages/header.html): whoever changes one changes the other.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ShoppingBag, UserRound } from 'lucide-react'
import { useCartCount } from '#features/cart/api.ts'
import { type Category, categoriesQuery } from '#features/catalog/api.ts'
import { SearchBox } from '#features/search/search-box.tsx'
import { profileQuery } from '#lib/session.ts'
import { CategoryMenu } from './category-menu.tsx'
import { Logo } from './logo.tsx'
import { Preferences } from './preferences.tsx'

const ACTION = 'grid size-11 place-items-center rounded-full transition-colors hover:bg-sunken'

export function Header() {
  // The header does not wait for its categories, nor fail with them.
  const categories = useQuery(categoriesQuery).data?.items ?? []
  return (
    <header className="border-line border-b bg-paper">
      <div className="page grid grid-cols-[auto_1fr_auto] items-center gap-x-2 gap-y-2 py-2 md:pt-4 lg:gap-x-10">
        <div className="flex items-center">
          <CategoryMenu categories={categories} />
          <Logo />
        </div>
        <SearchBox className="max-md:order-last max-md:col-span-full max-md:mb-1 md:mx-auto md:w-full md:max-w-xl" />
        <div className="col-start-3 -me-2.5 flex items-center justify-end">
          <Preferences className={ACTION} />
          <AccountLink />
          <CartLink />
        </div>
      </div>
      <CategoryBar categories={categories} />
    </header>
  )
}

function CategoryBar({ categories }: { categories: readonly Category[] }) {
  const { t } = useLingui()
  return (
    <nav aria-label={t`Categories`} className="page hidden min-h-11 md:block">
      <ul className="-mx-3 flex flex-wrap">
        {categories.map((category) => (
          <li key={category.id}>
            <Link
              to="/c/$slug"
              params={{ slug: category.slug }}
              className="mx-3 block border-transparent border-b-2 py-2 text-soft transition-colors hover:text-ink"
              activeOptions={{ includeSearch: false }}
              activeProps={{ className: 'border-accent! text-ink!' }}
            >
              {category.title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function AccountLink() {
  const { t } = useLingui()
  const isSignedIn = Boolean(useQuery(profileQuery).data)
  return (
    <Link
      to={isSignedIn ? '/account' : '/login'}
      aria-label={isSignedIn ? t`Your account` : t`Sign in`}
      className={ACTION}
    >
      <Icon of={UserRound} />
    </Link>
  )
}

function CartLink() {
  const { t } = useLingui()
  const count = useCartCount()
  return (
    <Link
      to="/cart"
      aria-label={t`Cart, ${plural(count, { 0: 'empty', one: '# item', other: '# items' })}`}
      className={`relative ${ACTION}`}
    >
      <Icon of={ShoppingBag} />
      {count > 0 && (
        <span
          aria-hidden="true"
          className="absolute end-0 top-0.5 grid h-5 min-w-5 place-items-center rounded-full bg-accent px-1 text-xs font-semibold text-on-accent"
        >
          {count > 99 ? '99+' : count}
        </span>
      )}
    </Link>
  )
}
