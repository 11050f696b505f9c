// Owns the note that newer orders have come: it counts, and shows them only when pressed, so that nothing jumps.
import { Plural } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { useQuery } from '@tanstack/react-query'
import { ArrowUp } from 'lucide-react'
import { newOrdersQuery, type OrderFilter } from './api.ts'

interface NewOrdersPillProps {
  filter: OrderFilter
  /** When the newest order of the list was placed. */
  newest: string
  onShow: () => void
}

export function NewOrdersPill({ filter, newest, onShow }: NewOrdersPillProps) {
  const { data } = useQuery(newOrdersQuery(filter, newest))
  const count = data?.items.length ?? 0
  return (
    <div role="status" className="sticky top-3 z-20 grid justify-items-center empty:hidden">
      {count > 0 && (
        <Button tone="accent" size="small" className="rounded-full! shadow-over" onClick={onShow}>
          <Icon of={ArrowUp} size={16} />
          <Plural value={count} one="# new order" other="# new orders" />
        </Button>
      )}
    </div>
  )
}
