// Owns the choice of several from a long list, with typing to find. Only pages import it, as the other overlays.
import { Combobox } from '@base-ui/react/combobox'
import { useLingui } from '@lingui/react/macro'
import type { FieldWiring } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Check, X } from 'lucide-react'
import { useMemo } from 'react'

export interface Choice {
  value: string
  label: string
}

interface PickerProps {
  wiring: FieldWiring
  choices: readonly Choice[]
  value: string[]
  onChange: (value: string[]) => void
  placeholder?: string
}

export function Picker({ wiring, choices, value, onChange, placeholder }: PickerProps) {
  const { t } = useLingui()
  const items = useMemo(
    () => Combobox.createItems([...choices], { getValue: ({ value }) => value, getLabel: ({ label }) => label }),
    [choices],
  )
  const labelOf = (wanted: string) => choices.find((choice) => choice.value === wanted)?.label ?? wanted
  return (
    <Combobox.Root
      items={items}
      multiple
      value={value}
      onValueChange={(next, { reason }) => {
        // Escape closes the list; here it must not empty the field as well.
        if (reason !== 'escape-key') onChange(next)
      }}
    >
      <Combobox.InputGroup className="rounded-control border border-edge bg-card px-2 py-1.5 focus-within:outline-2 focus-within:outline-focus hover:border-ink">
        <Combobox.Chips className="flex flex-wrap items-center gap-1.5">
          {value.map((chosen) => (
            <Combobox.Chip
              key={chosen}
              aria-label={labelOf(chosen)}
              className="inline-flex min-h-8 items-center gap-1 rounded-full bg-sunken ps-3 pe-1 text-sm outline-none focus-within:outline-2 focus-within:outline-focus data-highlighted:outline-2 data-highlighted:outline-focus"
            >
              {labelOf(chosen)}
              <Combobox.ChipRemove
                aria-label={t`Remove ${labelOf(chosen)}`}
                className="grid size-6 place-items-center rounded-full hover:bg-line"
              >
                <Icon of={X} size={14} />
              </Combobox.ChipRemove>
            </Combobox.Chip>
          ))}
          <Combobox.Input
            {...wiring}
            placeholder={value.length === 0 ? placeholder : undefined}
            className="min-h-8 min-w-16 flex-1 bg-transparent px-1.5 outline-none placeholder:text-soft"
          />
        </Combobox.Chips>
      </Combobox.InputGroup>
      <Combobox.Portal>
        <Combobox.Positioner sideOffset={6} className="z-40 outline-none">
          <Combobox.Popup className="max-h-[min(20rem,var(--available-height))] w-(--anchor-width) max-w-(--available-width) overflow-y-auto rounded-card border border-line bg-card p-1.5 text-ink shadow-over">
            <Combobox.Empty>
              <span className="block px-3 py-2 text-soft empty:hidden">{t`Nothing matches.`}</span>
            </Combobox.Empty>
            <Combobox.List className="outline-none">
              {(choice: Choice) => (
                <Combobox.Item
                  key={choice.value}
                  value={choice.value}
                  className="grid min-h-10 cursor-pointer grid-cols-[1.25rem_1fr] items-center gap-2 rounded-control px-3 outline-none data-highlighted:bg-sunken"
                >
                  <Combobox.ItemIndicator className="col-start-1">
                    <Icon of={Check} size={16} />
                  </Combobox.ItemIndicator>
                  <span className="col-start-2">{choice.label}</span>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  )
}
