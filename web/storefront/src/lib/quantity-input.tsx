// Owns the number of pieces: minus, a number that can be typed, plus.
import { useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { Minus, Plus } from 'lucide-react'
import { useState } from 'react'

interface QuantityInputProps {
  /** Of what: part of the names of the controls. */
  of: string
  value: number
  min?: number
  max?: number
  onChange: (quantity: number) => void
}

const BUTTON = 'grid size-11 shrink-0 place-items-center rounded-control hover:bg-sunken disabled:opacity-40'

export function QuantityInput({ of, value, min = 1, max = 9999, onChange }: QuantityInputProps) {
  const { t } = useLingui()
  const [typed, setTyped] = useState<string>()

  function take() {
    setTyped(undefined)
    const quantity = Number.parseInt(typed ?? '', 10)
    if (Number.isInteger(quantity) && quantity !== value) onChange(Math.min(Math.max(quantity, min), max))
  }

  return (
    <fieldset className="inline-flex w-fit rounded-control border border-edge bg-card">
      <legend className="sr-only">{t`Quantity of ${of}`}</legend>
      <button
        type="button"
        className={BUTTON}
        aria-label={t`One less of ${of}`}
        disabled={value <= min}
        onClick={() => onChange(value - 1)}
      >
        <Icon of={Minus} size={16} />
      </button>
      <input
        aria-label={t`Quantity of ${of}`}
        inputMode="numeric"
        autoComplete="off"
        value={typed ?? value}
        onChange={(event) => setTyped(event.target.value.replace(/\D/g, ''))}
        onFocus={(event) => event.target.select()}
        onBlur={take}
        onKeyDown={(event) => event.key === 'Enter' && take()}
        className="w-11 bg-transparent text-center tabular-nums"
      />
      <button
        type="button"
        className={BUTTON}
        aria-label={t`One more of ${of}`}
        disabled={value >= max}
        onClick={() => onChange(value + 1)}
      >
        <Icon of={Plus} size={16} />
      </button>
    </fieldset>
  )
}
