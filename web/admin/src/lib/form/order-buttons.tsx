// Owns the buttons by which one thing of a list is moved up or down, or taken out.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react'

interface OrderButtonsProps {
  /** What is moved, for those who hear the buttons. */
  name: string
  isFirst: boolean
  isLast: boolean
  onMove: (by: -1 | 1) => void
  onRemove: () => void
}

export function OrderButtons({ name, isFirst, isLast, onMove, onRemove }: OrderButtonsProps) {
  const { t } = useLingui()
  return (
    <>
      <Button
        tone="quiet"
        size="icon"
        aria-label={t`Move ${name} up`}
        aria-disabled={isFirst}
        onClick={() => !isFirst && onMove(-1)}
      >
        <Icon of={ArrowUp} size={18} />
      </Button>
      <Button
        tone="quiet"
        size="icon"
        aria-label={t`Move ${name} down`}
        aria-disabled={isLast}
        onClick={() => !isLast && onMove(1)}
      >
        <Icon of={ArrowDown} size={18} />
      </Button>
      <Button tone="quiet" size="icon" aria-label={t`Remove ${name}`} onClick={onRemove}>
        <Icon of={Trash2} size={18} />
      </Button>
    </>
  )
}
