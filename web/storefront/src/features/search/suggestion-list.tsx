// Owns how suggestions look: a list box below the search box, whose active line the arrows move.
import { Trans, useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Search, Shapes } from 'lucide-react'
import { useEffect } from 'react'
import type { Suggestion } from './suggestions.ts'

export const PANEL =
  'absolute inset-x-0 top-full z-40 mt-2 overflow-hidden rounded-card border border-line bg-card py-2 shadow-over'

interface SuggestionListProps {
  id: string
  suggestions: readonly Suggestion[]
  active: number
  onChoose: (suggestion: Suggestion) => void
  onAll: () => void
}

export function SuggestionList({ id, suggestions, active, onChoose, onAll }: SuggestionListProps) {
  const { t } = useLingui()
  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, active])

  return (
    <div className={PANEL}>
      {/* It takes no focus, which stays in the box: the box says which line is active. */}
      <div id={id} role="listbox" aria-label={t`Suggestions`} className="max-h-[60dvb] overflow-y-auto">
        {suggestions.map((suggestion, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys reach the box, which holds the focus.
          <div
            key={suggestion.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            // A press must not take the focus from the box, or the list would close before the click.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onChoose(suggestion)}
            className="flex min-h-11 cursor-pointer items-center gap-3 px-4 py-1.5 hover:bg-sunken aria-selected:bg-sunken"
          >
            <Line suggestion={suggestion} />
          </div>
        ))}
      </div>
      <button
        type="button"
        tabIndex={-1}
        onPointerDown={(event) => event.preventDefault()}
        onClick={onAll}
        className="mt-1 w-full border-line border-t px-4 pt-3 pb-1.5 text-start text-sm font-medium text-accent hover:underline hover:underline-offset-4"
      >
        <Trans>Show all results</Trans>
      </button>
    </div>
  )
}

function Line({ suggestion }: { suggestion: Suggestion }) {
  if (suggestion.kind === 'product') {
    const { product } = suggestion
    return (
      <>
        <span className="size-11 shrink-0 overflow-hidden rounded-control bg-sunken">
          {product.image && (
            <img src={product.image} alt="" width="44" height="44" className="size-full object-cover" />
          )}
        </span>
        <span className="grow">{product.title}</span>
        {product.stock === 'out_of_stock' && (
          <span className="text-sm text-soft">
            <Trans>Sold out</Trans>
          </span>
        )}
        <Money value={product.price} className="text-soft" />
      </>
    )
  }
  return (
    <>
      <Icon of={suggestion.kind === 'query' ? Search : Shapes} size={18} className="text-soft" />
      <span className="grow">{suggestion.text}</span>
      {suggestion.kind === 'category' && (
        <span className="text-sm text-soft">
          <Trans>Category</Trans>
        </span>
      )}
    </>
  )
}
