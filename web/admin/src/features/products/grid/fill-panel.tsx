// Owns the panel that puts one value into all rows of a column, or into those that have something in common.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { ArrowDownToLine } from 'lucide-react'
import { useState } from 'react'
import { PopoverPanel } from '#lib/overlays/popover.tsx'
import type { GridColumn } from './edit-grid.tsx'
import type { CellChange } from './spreadsheet.ts'

interface FillPanelProps<Row extends { key: string }> {
  column: GridColumn
  rows: readonly Row[]
  groupsOf: ((row: Row) => string[]) | undefined
  onFill: (changes: CellChange[]) => void
}

export function FillPanel<Row extends { key: string }>({ column, rows, groupsOf, onFill }: FillPanelProps<Row>) {
  const { t } = useLingui()
  const [open, setOpen] = useState(false)
  const [value, setValue] = useState('')
  const [group, setGroup] = useState('')
  const groups = open && groupsOf ? [...new Set(rows.flatMap(groupsOf))] : []
  const meant = group === '' ? rows : rows.filter((row) => groupsOf?.(row).includes(group))

  function fill() {
    onFill(meant.map(({ key }) => ({ row: key, field: column.field, value })))
    setOpen(false)
  }

  return (
    <PopoverPanel
      open={open}
      onOpenChange={setOpen}
      title={t`Fill ${column.label}`}
      trigger={<Icon of={ArrowDownToLine} size={16} />}
      triggerLabel={t`Fill ${column.label}`}
      triggerClassName="grid size-8 place-items-center rounded-control hover:bg-sunken hover:text-ink data-popup-open:bg-sunken"
    >
      <div className="grid gap-3 text-base font-normal">
        <Field name={`fill-${column.field}`} label={t`Value`}>
          {(wiring) => (
            <Input
              {...wiring}
              inputMode={column.kind === 'number' ? 'decimal' : undefined}
              value={value}
              onChange={(event) => setValue(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return
                event.preventDefault()
                fill()
              }}
            />
          )}
        </Field>
        {groups.length > 1 && (
          <Field name={`fill-${column.field}-group`} label={t`Which`}>
            {(wiring) => (
              <Select {...wiring} value={group} onChange={(event) => setGroup(event.target.value)}>
                <option value="">{t`All`}</option>
                {groups.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </Select>
            )}
          </Field>
        )}
        <Button size="small" onClick={fill}>
          <Trans>Fill {meant.length} rows</Trans>
        </Button>
      </div>
    </PopoverPanel>
  )
}
