// Owns the end of taking stock: how many SKUs were counted, why, and saving all of them or none.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useState } from 'react'
import { useCountStock } from './api.ts'
import { type Counts, countedOf, hasWrong } from './counts.ts'

export function CountBar({ counts, onDone }: { counts: Counts; onDone: () => void }) {
  const { t } = useLingui()
  const say = useToast()
  const count = useCountStock()
  const [reason, setReason] = useState(() => t`Stocktaking`)
  const items = countedOf(counts)
  const isWrong = hasWrong(counts)

  function save() {
    count.mutate(
      { items, reason: reason.trim() },
      {
        onSuccess: ({ changed, unchanged }) => {
          say({ text: t`${changed} SKUs corrected, ${unchanged} were right already` })
          onDone()
        },
      },
    )
  }

  return (
    <form
      className="sticky bottom-0 z-20 -mx-4 grid gap-3 border-line border-t bg-card px-4 py-3 max-md:bottom-16 sm:-mx-6 sm:px-6"
      onSubmit={(event) => {
        event.preventDefault()
        if (items.length > 0 && !isWrong && reason.trim() && !count.isPending) save()
      }}
    >
      {count.error && (
        <ErrorState error={count.error} title={t`Nothing was corrected`}>
          {promised(count.error).length > 0 &&
            t`More pieces than you counted are promised to orders: ${promised(count.error).join(', ')}.`}
        </ErrorState>
      )}
      <div className="flex flex-wrap items-end gap-x-4 gap-y-2">
        <p role="status" className="min-w-0 grow basis-40 self-center font-medium">
          {t`${plural(items.length, { one: '# SKU counted', other: '# SKUs counted' })}`}
          {isWrong && <span className="block font-normal text-bad">{t`Write whole numbers, 0 or more.`}</span>}
        </p>
        <Field name="count-reason" label={t`Reason`} className="grow basis-56">
          {(wiring) => (
            <Input
              {...wiring}
              required
              maxLength={300}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <Button tone="quiet" onClick={onDone}>
          <Trans>Cancel</Trans>
        </Button>
        <Button type="submit" tone="accent" busy={count.isPending} disabled={items.length === 0 || isWrong}>
          {count.isPending ? t`Saving…` : t`Save the count`}
        </Button>
      </div>
    </form>
  )
}

interface Line {
  sku: string
  minimum: number
}

/** The SKUs of which orders need more, with that number. */
function promised(error: unknown): string[] {
  if (!(error instanceof ProblemError) || error.code !== 'stock_promised') return []
  const lines = (error.body['lines'] ?? []) as Line[]
  return lines.map(({ sku, minimum }) => `${sku} (${minimum})`)
}
