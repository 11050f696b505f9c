// Owns the choice of how many pieces of each line: steppers with a number that can be typed, and all or none at once.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { CONTROL } from '@rialto/ui/input.tsx'
import { Minus, Plus } from 'lucide-react'
import type { ReactNode } from 'react'

export interface Countable {
  sku: string
  title: string
  max: number
  aside?: ReactNode
}

interface QuantityListProps {
  lines: readonly Countable[]
  quantities: Readonly<Record<string, number>>
  onChange: (quantities: Record<string, number>) => void
}

export function QuantityList({ lines, quantities, onChange }: QuantityListProps) {
  const { t } = useLingui()
  const set = (sku: string, quantity: number) => onChange({ ...quantities, [sku]: quantity })
  const setAll = (to: (line: Countable) => number) =>
    onChange(Object.fromEntries(lines.map((line) => [line.sku, to(line)])))
  return (
    <fieldset>
      <legend className="mb-2 flex w-full items-center justify-between gap-3 font-medium">
        <Trans>Pieces</Trans>
        <span className="flex gap-1">
          <Button tone="quiet" size="small" onClick={() => setAll(({ max }) => max)}>
            <Trans>Everything</Trans>
          </Button>
          <Button tone="quiet" size="small" onClick={() => setAll(() => 0)}>
            <Trans>Nothing</Trans>
          </Button>
        </span>
      </legend>
      <ul className="grid grid-cols-1">
        {lines.map(({ sku, title, max, aside }) => {
          const quantity = quantities[sku] ?? 0
          return (
            <li key={sku} className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-t py-2">
              <span className="min-w-0 grow basis-40">
                {title} <span className="block text-sm text-soft">{sku}</span>
              </span>
              {aside}
              <span className="flex items-center gap-1">
                <Button
                  tone="outline"
                  size="icon"
                  aria-label={t`One piece less of ${title}`}
                  disabled={quantity <= 0}
                  onClick={() => set(sku, quantity - 1)}
                >
                  <Icon of={Minus} size={16} />
                </Button>
                <input
                  type="number"
                  inputMode="numeric"
                  min={0}
                  max={max}
                  aria-label={t`Pieces of ${title}`}
                  value={quantity}
                  onChange={(event) => set(sku, clamp(event.target.valueAsNumber, max))}
                  className={`${CONTROL} min-h-11 w-14! px-1! text-center tabular-nums [appearance:textfield] [&::-webkit-inner-spin-button]:appearance-none`}
                />
                <Button
                  tone="outline"
                  size="icon"
                  aria-label={t`One piece more of ${title}`}
                  disabled={quantity >= max}
                  onClick={() => set(sku, quantity + 1)}
                >
                  <Icon of={Plus} size={16} />
                </Button>
                <span className="w-10 text-sm text-soft tabular-nums">
                  <Trans>of {max}</Trans>
                </span>
              </span>
            </li>
          )
        })}
      </ul>
    </fieldset>
  )
}

function clamp(value: number, max: number): number {
  return Number.isNaN(value) ? 0 : Math.min(Math.max(0, Math.trunc(value)), max)
}
