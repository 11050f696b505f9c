// Owns the dialog in which options are named, and which shows what becomes of the variants before anything changes.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { newKey, type OptionDraft, type VariantDraft } from '../form/product-form.ts'
import { OptionEditor } from './option-editor.tsx'
import {
  combinationCount,
  type EditedOption,
  editedOptions,
  meant,
  OPTIONS_MAX,
  type Planned,
  plan,
  VARIANTS_MAX,
  variantsOf,
} from './plan.ts'
import { PlanPreview } from './plan-preview.tsx'

interface OptionsDialogProps {
  open: boolean
  onClose: () => void
  title: string
  options: OptionDraft[]
  variants: VariantDraft[]
  onApply: (options: OptionDraft[], variants: VariantDraft[]) => void
}

export function OptionsDialog({ open, onClose, ...rest }: OptionsDialogProps) {
  const { t } = useLingui()
  return (
    <Dialog open={open} onClose={onClose} title={t`Options and variants`} className="w-[min(48rem,calc(100vw-2rem))]!">
      <Editor onClose={onClose} {...rest} />
    </Dialog>
  )
}

function Editor({ onClose, title, options, variants, onApply }: Omit<OptionsDialogProps, 'open'>) {
  const { t } = useLingui()
  const [edited, setEdited] = useState(() => (options.length > 0 ? editedOptions(options) : [fresh()]))
  /** Combinations that were switched on or off by hand, by what they are called. */
  const [switched, setSwitched] = useState<Readonly<Record<string, boolean>>>({})
  const count = combinationCount(meant(edited))
  const isTooMany = count > VARIANTS_MAX
  const names = edited.map(({ name }) => name.trim()).filter(Boolean)
  const isRepeated = new Set(names).size < names.length
  const planned = isTooMany ? { combinations: [], removed: [] } : plan(edited, options, variants)
  const isOn = (row: Planned) => switched[keyOf(row)] ?? (row.variant !== undefined || row.isNew)
  const chosen = planned.combinations.filter(isOn)
  const canApply = !isTooMany && !isRepeated && chosen.length > 0

  function change(key: string, change: Partial<EditedOption>) {
    setEdited(edited.map((option) => (option.key === key ? { ...option, ...change } : option)))
  }

  function move(index: number, by: -1 | 1) {
    const next = [...edited]
    const [option] = next.splice(index, 1)
    if (option) next.splice(index + by, 0, option)
    setEdited(next)
  }

  function apply() {
    const kept = meant(edited).map(({ name, values }) => ({ name: name.trim(), values }))
    onApply(kept, variantsOf(chosen, variants[0], title))
  }

  return (
    <div className="grid gap-5">
      <p className="text-soft">
        <Trans>
          What shoppers choose between. Each combination becomes a variant with a price and stock of its own.
        </Trans>
      </p>
      {edited.map((option, index) => (
        <OptionEditor
          key={option.key}
          option={option}
          index={index}
          isLast={index === edited.length - 1}
          onChange={(next) => change(option.key, next)}
          onMove={(by) => move(index, by)}
          onRemove={() => setEdited(edited.filter(({ key }) => key !== option.key))}
        />
      ))}
      {edited.length < OPTIONS_MAX && (
        <div>
          <Button tone="outline" size="small" onClick={() => setEdited([...edited, fresh()])}>
            <Icon of={Plus} size={16} /> {t`Add another option`}
          </Button>
        </div>
      )}
      {isRepeated && <p role="alert" className="text-bad">{t`Two options have the same name.`}</p>}
      {isTooMany && (
        <p role="alert" className="text-bad">
          {t`These would be ${count} variants; a product may have ${VARIANTS_MAX}. Take some values away.`}
        </p>
      )}
      <PlanPreview
        plan={planned}
        isOn={isOn}
        onSwitch={(row, on) => setSwitched({ ...switched, [keyOf(row)]: on })}
        leaving={[
          ...planned.removed,
          ...planned.combinations.flatMap((row) => (row.variant && !isOn(row) ? row.variant : [])),
        ]}
      />
      <div className="flex flex-wrap justify-end gap-3">
        {options.length > 0 && (
          <Button
            tone="quiet"
            className="me-auto"
            onClick={() =>
              onApply(
                [],
                variants.slice(0, 1).map((variant) => ({ ...variant, options: {} })),
              )
            }
          >
            <Trans>Sell as one thing, without options</Trans>
          </Button>
        )}
        <Button tone="quiet" onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
        <Button onClick={apply} disabled={!canApply}>
          {t`Use these ${chosen.length} variants`}
        </Button>
      </div>
    </div>
  )
}

function fresh(): EditedOption {
  return { key: newKey(), name: '', values: [] }
}

function keyOf({ options }: Planned): string {
  return JSON.stringify(options)
}
