// Owns the choice of one option: every value as a button with its name, and with a picture where values look different.
import { Trans, useLingui } from '@lingui/react/macro'
import { FieldError } from '@rialto/ui/field.tsx'
import type { Product } from './api.ts'
import { useAttributeLabel } from './attribute-label.ts'
import { type Choice, stateOf, type ValueState } from './variant-choice.ts'

interface OptionPickerProps {
  product: Product
  option: Product['options'][number]
  choice: Choice
  onChoose: (value: string) => void
  /** It was needed and is missing. */
  isMissing: boolean
}

export function OptionPicker({ product, option: { name, values }, choice, onChoose, isMissing }: OptionPickerProps) {
  const label = useAttributeLabel()
  const pictures = picturesOf(product, name, values)
  const id = optionId(name)
  return (
    // tabIndex: whoever forgot it is led here.
    <fieldset id={id} tabIndex={-1} aria-describedby={isMissing ? `${id}-error` : undefined} className="outline-none">
      <legend className="mb-2">
        <span className="font-medium">{label(name)}</span>
        {choice[name] && <span className="text-soft"> {choice[name]}</span>}
      </legend>
      <div className="flex flex-wrap gap-2">
        {values.map((value) => (
          <Value
            key={value}
            group={id}
            value={value}
            picture={pictures?.get(value)}
            state={stateOf(product, choice, name, value)}
            checked={choice[name] === value}
            onChoose={() => onChoose(value)}
          />
        ))}
      </div>
      <div className="mt-2 empty:hidden">
        {isMissing && (
          <FieldError id={`${id}-error`}>
            <Trans>Please choose: {label(name)}</Trans>
          </FieldError>
        )}
      </div>
    </fieldset>
  )
}

export function optionId(name: string): string {
  return `option-${name.replaceAll(/\W+/g, '-')}`
}

interface ValueProps {
  group: string
  value: string
  picture: string | undefined
  state: ValueState
  checked: boolean
  onChoose: () => void
}

const BOX = 'has-checked:border-ink has-checked:shadow-[inset_0_0_0_1px_var(--color-ink)]'
const STATES: Record<ValueState, string> = {
  available: 'border-edge hover:border-ink',
  sold_out: 'border-edge text-soft line-through hover:border-ink',
  impossible: 'border-dashed border-edge text-soft hover:border-ink',
}

function Value({ group, value, picture, state, checked, onChoose }: ValueProps) {
  const { t } = useLingui()
  return (
    <label
      className={`relative inline-flex min-h-11 cursor-pointer items-center gap-2.5 rounded-control border bg-card pe-4 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus ${picture ? 'ps-1.5' : 'ps-4'} ${BOX} ${STATES[state]}`}
    >
      <input type="radio" name={group} value={value} checked={checked} onChange={onChoose} className="sr-only" />
      {picture && (
        <img
          src={picture}
          alt=""
          width="36"
          height="36"
          loading="lazy"
          className={`size-9 rounded-md object-cover ${state === 'available' ? '' : 'opacity-50'}`}
        />
      )}
      {value}
      {state !== 'available' && (
        <span className="sr-only">{state === 'sold_out' ? t`(sold out)` : t`(not with your other choices)`}</span>
      )}
    </label>
  )
}

/** A picture for each value, if every value has one of its own. */
function picturesOf(product: Product, name: string, values: readonly string[]): Map<string, string> | undefined {
  const pictures = new Map<string, string>()
  for (const value of values) {
    const images = new Set(product.variants.filter(({ options }) => options[name] === value).map(({ image }) => image))
    const [image] = images
    if (images.size !== 1 || !image) return undefined
    pictures.set(value, image)
  }
  return new Set(pictures.values()).size === values.length && values.length > 1 ? pictures : undefined
}
