// Owns how a file is read: whose export it is, what is taken over, and which column stands for what.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { useState } from 'react'
import { ActionButton } from '#lib/action-button.tsx'
import { useBlocked } from '#lib/use-blocked.ts'
import { FORMATS, type ImportDetail, type ImportFormat, type ImportReading, MODES, useReread } from './api.ts'
import { FORMAT_WORDS, MODE_WORDS } from './words.ts'

/** Columns that nearly every file has; the others are shown on request. */
const USUAL: Record<ImportFormat, readonly string[]> = {
  shopify: ['Handle', 'Title', 'Variant SKU', 'Variant Price', 'Variant Inventory Qty', 'Body (HTML)'],
  woocommerce: ['Type', 'SKU', 'Name', 'Regular price', 'Stock', 'Description'],
}

export function ReadingForm({ detail }: { detail: ImportDetail }) {
  const { t, i18n } = useLingui()
  const blocked = useBlocked()('catalog:write')
  const reread = useReread(detail.id)
  const [format, setFormat] = useState(detail.format)
  const [mode, setMode] = useState(detail.mode)
  const [mapping, setMapping] = useState<Record<string, string>>({})
  const [isAll, setAll] = useState(false)
  const isOther = format !== detail.format

  function send() {
    const body: ImportReading = { format, mode, mapping: isOther ? {} : { ...chosenBefore(detail), ...mapping } }
    reread.mutate(body)
  }

  const fields = isOther ? [] : detail.fields.filter(({ name }) => isAll || USUAL[format].includes(name))
  return (
    <Card title={t`How the file is read`}>
      <div className="grid gap-5">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field name="format" label={t`Columns are called as in`}>
            {(wiring) => (
              <Select
                {...wiring}
                value={format}
                onChange={({ target }) => setFormat(FORMATS.find((each) => each === target.value) ?? format)}
              >
                {FORMATS.map((each) => (
                  <option key={each} value={each}>
                    {i18n._(FORMAT_WORDS[each])}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field name="mode" label={t`What is taken over`}>
            {(wiring) => (
              <Select
                {...wiring}
                value={mode}
                onChange={({ target }) => setMode(MODES.find((each) => each === target.value) ?? mode)}
              >
                {MODES.map((each) => (
                  <option key={each} value={each}>
                    {i18n._(MODE_WORDS[each])}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        {fields.length > 0 && (
          <fieldset className="grid gap-4">
            <legend className="mb-3 font-medium">{t`Which column of the file says what`}</legend>
            <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
              {fields.map(({ name, column }) => (
                <ColumnChoice
                  key={name}
                  name={name}
                  columns={detail.columns}
                  value={mapping[name] ?? column ?? ''}
                  onChange={(chosen) => setMapping({ ...mapping, [name]: chosen })}
                />
              ))}
            </div>
            <p className="max-w-prose text-sm text-soft">
              <Trans>
                What no column says stays as it is in the shop. An import never removes a variant, a picture or a
                product.
              </Trans>
            </p>
            {!isAll && (
              <div>
                <Button tone="quiet" size="small" className="-ms-3" onClick={() => setAll(true)}>
                  {t`Show all columns`}
                </Button>
              </div>
            )}
          </fieldset>
        )}
        {reread.error && <ErrorState error={reread.error} title={t`The file could not be read that way`} />}
        <div>
          <ActionButton tone="outline" blocked={blocked} busy={reread.isPending} onClick={send}>
            {t`Check again`}
          </ActionButton>
        </div>
      </div>
    </Card>
  )
}

/** What was chosen otherwise than the names of the columns say. */
function chosenBefore({ fields, columns }: ImportDetail): Record<string, string> {
  const has = (name: string) => columns.some((column) => column.name.toLowerCase() === name.toLowerCase())
  return Object.fromEntries(
    fields.flatMap(({ name, column }) => {
      if (column === null || column === undefined) return has(name) ? [[name, ''] as const] : []
      return column.toLowerCase() === name.toLowerCase() ? [] : [[name, column] as const]
    }),
  )
}

interface ColumnChoiceProps {
  name: string
  columns: ImportDetail['columns']
  value: string
  onChange: (column: string) => void
}

function ColumnChoice({ name, columns, value, onChange }: ColumnChoiceProps) {
  const { t } = useLingui()
  const cell = columns.find((column) => column.name === value)?.cells.find(Boolean)
  return (
    <Field name={`column-${name.replaceAll(/\W+/g, '-')}`} label={name} hint={cell ? t`such as “${cell}”` : undefined}>
      {(wiring) => (
        <Select {...wiring} value={value} onChange={({ target }) => onChange(target.value)}>
          <option value="">{t`none`}</option>
          {columns
            .filter(
              (column, index) => column.name && columns.findIndex((other) => other.name === column.name) === index,
            )
            .map((column) => (
              <option key={column.name} value={column.name}>
                {column.name}
              </option>
            ))}
        </Select>
      )}
    </Field>
  )
}
