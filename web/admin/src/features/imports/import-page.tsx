// Owns the page of one import: how it is read, what it would do, how far it is, what it did, and taking it back.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ActionButton } from '#lib/action-button.tsx'
import { download } from '#lib/csv.ts'
import { ObjectFacts } from '#lib/object-facts.tsx'
import { Page } from '#lib/page.tsx'
import { useBlocked } from '#lib/use-blocked.ts'
import { StateBadge } from '#lib/words.tsx'
import { type ImportDetail, importQuery, refusedRows, useOrder } from './api.ts'
import { CountsCard } from './counts-card.tsx'
import { ProgressCard } from './progress-card.tsx'
import { ReadingForm } from './reading-form.tsx'
import { RowsCard } from './rows-card.tsx'
import { STATE_WORDS } from './words.ts'

export function ImportPage({ id }: { id: string }) {
  const { t } = useLingui()
  const { data: detail } = useSuspenseQuery(importQuery(id))
  const order = useOrder(id)
  const { state, counts, checked } = detail
  const isBefore = state === 'checked' || state === 'unreadable'
  const isAfter = state === 'done' || state === 'stopped' || state === 'undoing' || state === 'undone'
  return (
    <Page
      title={detail.file_name || t`File without a name`}
      above={[{ label: t`Import`, link: { to: '/imports' } }]}
      actions={<StateBadge words={STATE_WORDS} state={state} />}
    >
      {order.error && <ErrorState error={order.error} title={t`That could not be done`} />}
      <Failure detail={detail} />
      <ProgressCard detail={detail} busy={order.isPending} onStop={() => order.mutate('stop')} />
      {state === 'checked' && checked && (
        <CountsCard title={t`What the file would do`} counts={checked}>
          <StartButton detail={detail} busy={order.isPending} onStart={() => order.mutate('start')} />
        </CountsCard>
      )}
      {isAfter && (
        <CountsCard title={t`What the import did`} counts={counts}>
          {state === 'stopped' && (
            <StartButton detail={detail} busy={order.isPending} onStart={() => order.mutate('start')} />
          )}
          <Undone detail={detail} />
          {(state === 'done' || state === 'stopped') && (
            <UndoButton detail={detail} busy={order.isPending} onUndo={() => order.mutate('undo')} />
          )}
        </CountsCard>
      )}
      <RowsCard title={t`Left as they are`} rows={detail.kept_products} total={detail.kept_products.length} />
      <RowsCard
        title={t`Refused rows`}
        rows={detail.refused_rows}
        total={counts.refused}
        action={<ErrorFile detail={detail} />}
      />
      {isBefore && <ReadingForm key={detail.format} detail={detail} />}
      <RowsCard title={t`Taken over differently`} rows={detail.noticed_rows} total={counts.notices} />
      <ObjectFacts object={detail} path={`/imports/${id}`} />
    </Page>
  )
}

function Failure({ detail: { failure, state } }: { detail: ImportDetail }) {
  const { t } = useLingui()
  if (!failure) return null
  const reason =
    failure.code === 'not_this_format'
      ? t`Its columns are not those of the chosen format. Say below which column stands for what, then check again.`
      : failure.code === 'internal'
        ? t`This is our fault. What was written stays; start it again to go on.`
        : t`The file is damaged. Save it anew as CSV in UTF-8 and upload it again.`
  return (
    <div role="alert" className="rounded-card border border-bad/40 bg-bad-soft p-5">
      <p className="font-semibold">{state === 'unreadable' ? t`The file cannot be read` : t`The import stopped`}</p>
      <p>{reason}</p>
    </div>
  )
}

interface ActionProps {
  detail: ImportDetail
  busy: boolean
}

function StartButton({ detail, busy, onStart }: ActionProps & { onStart: () => void }) {
  const { t } = useLingui()
  const mayNot = useBlocked()('catalog:write')
  const { checked, state } = detail
  const touched = checked ? checked.created + checked.updated : 0
  const blocked = mayNot ?? (state === 'checked' && touched === 0 ? t`The file would change nothing.` : undefined)
  return (
    <ActionButton blocked={blocked} busy={busy} onClick={onStart}>
      {state === 'stopped' ? t`Go on` : t`Import ${plural(touched, { one: '# product', other: '# products' })}`}
    </ActionButton>
  )
}

function UndoButton({ detail, busy, onUndo }: ActionProps & { onUndo: () => void }) {
  const { t } = useLingui()
  const mayNot = useBlocked()('catalog:write')
  const [isOpen, setOpen] = useState(false)
  const { counts, undo_until: until } = detail
  const touched = counts.created + counts.updated
  if (touched === 0) return null
  const isOver = !until || Date.parse(until) < Date.now()
  const blocked = mayNot ?? (isOver ? t`What was there before is no longer kept.` : undefined)
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <ActionButton tone="danger" blocked={blocked} busy={busy} onClick={() => setOpen(true)}>
          {t`Undo this import`}
        </ActionButton>
        {!isOver && (
          <span className="text-sm text-soft">
            <Trans>
              possible until <DateTime at={until} options={{ dateStyle: 'medium', timeStyle: 'short' }} />
            </Trans>
          </span>
        )}
      </div>
      <Dialog
        open={isOpen}
        onClose={() => setOpen(false)}
        title={t`Undo this import?`}
        actions={
          <>
            <Button tone="outline" onClick={() => setOpen(false)}>
              {t`Keep it`}
            </Button>
            <Button
              tone="danger"
              onClick={() => {
                setOpen(false)
                onUndo()
              }}
            >
              {t`Undo`}
            </Button>
          </>
        }
      >
        <div className="grid gap-4">
          <p>
            {t`${plural(counts.updated, { one: '# product gets', other: '# products get' })} back what they were, ${plural(
              counts.created,
              { one: '# new one is', other: '# new ones are' },
            )} archived, and stock loses what came with the file.`}
          </p>
          <p>{t`What somebody changed since stays as it is. Categories that the file made stay, too.`}</p>
        </div>
      </Dialog>
    </>
  )
}

function Undone({ detail: { state, undone, kept } }: { detail: ImportDetail }) {
  const { t } = useLingui()
  if (state !== 'undone') return null
  return (
    <p role="status">
      {t`${plural(undone, { one: '# product was', other: '# products were' })} taken back.`}{' '}
      {kept > 0 && t`${plural(kept, { one: '# was', other: '# were' })} changed since and stayed.`}
    </p>
  )
}

function ErrorFile({ detail }: { detail: ImportDetail }) {
  const { t } = useLingui()
  const [error, setError] = useState<unknown>()
  async function save() {
    setError(undefined)
    try {
      download(`${detail.file_name.replace(/\.[^.]*$/, '')}-refused.csv`, await refusedRows(detail.id))
    } catch (cause) {
      setError(cause)
    }
  }
  return (
    <span className="grid justify-items-end gap-2">
      <Button tone="outline" size="small" onClick={save}>
        {t`Download them to mend`}
      </Button>
      {error !== undefined && <ErrorState error={error} title={t`The file could not be made`} />}
    </span>
  )
}
