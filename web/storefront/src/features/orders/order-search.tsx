// Owns finding an order by its number.
import { useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { CONTROL } from '@rialto/ui/input.tsx'
import { useNavigate } from '@tanstack/react-router'
import { Search } from 'lucide-react'

export function OrderSearch({ number = '' }: { number: string | undefined }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  return (
    <search className="w-full sm:w-72">
      <form
        key={number}
        className="relative"
        onSubmit={(event) => {
          event.preventDefault()
          const asked = String(new FormData(event.currentTarget).get('number')).trim()
          navigate({ to: '/account/orders', search: { number: asked || undefined } })
        }}
      >
        <input
          name="number"
          type="search"
          defaultValue={number}
          aria-label={t`Find an order by its number`}
          placeholder={t`Order number`}
          autoComplete="off"
          className={`${CONTROL} min-h-11 pe-12`}
        />
        <button
          type="submit"
          aria-label={t`Find`}
          className="absolute end-0 top-0 grid size-11 place-items-center rounded-control text-soft hover:text-ink"
        >
          <Icon of={Search} size={20} />
        </button>
      </form>
    </search>
  )
}
