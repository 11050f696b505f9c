// Owns how many pieces somebody wants.
import { useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { Minus, Plus } from 'lucide-react'

const MOST = 99
const STEP = 'grid size-11 place-items-center rounded-control text-soft hover:text-ink disabled:opacity-40'

export function Quantity({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  const { t } = useLingui()
  const set = (next: number) => onChange(Math.min(MOST, Math.max(1, next)))
  return (
    <div className="flex min-h-13 items-center rounded-control border border-edge bg-card">
      <button
        type="button"
        aria-label={t`One less`}
        disabled={value <= 1}
        onClick={() => set(value - 1)}
        className={STEP}
      >
        <Icon of={Minus} size={16} />
      </button>
      <label htmlFor="quantity" className="sr-only">
        {t`Quantity`}
      </label>
      <input
        id="quantity"
        name="quantity"
        inputMode="numeric"
        autoComplete="off"
        value={value}
        onChange={(event) => set(Number.parseInt(event.target.value.replaceAll(/\D/g, ''), 10) || 1)}
        onFocus={(event) => event.target.select()}
        className="min-h-11 w-9 rounded-control bg-transparent text-center tabular-nums"
      />
      <button
        type="button"
        aria-label={t`One more`}
        disabled={value >= MOST}
        onClick={() => set(value + 1)}
        className={STEP}
      >
        <Icon of={Plus} size={16} />
      </button>
    </div>
  )
}
