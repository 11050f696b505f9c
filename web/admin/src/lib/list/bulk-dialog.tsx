// Owns the question before many things are changed, the progress meanwhile, and the summary of what came of it.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Button, type ButtonTone } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { type ReactNode, useState } from 'react'
import { useBulk } from './use-bulk.ts'

interface BulkDialogProps<Row> {
  /** Undefined while the dialog is closed. */
  rows: readonly Row[] | undefined
  title: string
  /** What will happen, in numbers. */
  children: ReactNode
  /** What the button says: "Ship 3 orders". */
  go: ReactNode
  tone?: ButtonTone
  work: (row: Row) => Promise<unknown>
  rowName: (row: Row) => string
  /** The page's own sentence for a failure; the general one where it has none. */
  explain?: (error: unknown) => string | undefined
  /** `changed` says whether anything was done. */
  onClose: (changed: boolean) => void
}

export function BulkDialog<Row>({ rows, ...rest }: BulkDialogProps<Row>) {
  // A new choice of rows begins anew.
  const [opened, setOpened] = useState(0)
  const [last, setLast] = useState(rows)
  if (rows !== last) {
    setLast(rows)
    setOpened(opened + 1)
  }
  return rows && <OpenBulkDialog key={opened} rows={rows} {...rest} />
}

type OpenProps<Row> = Omit<BulkDialogProps<Row>, 'rows'> & { rows: readonly Row[] }

function OpenBulkDialog<Row>({ rows, title, children, go, tone, work, rowName, explain, onClose }: OpenProps<Row>) {
  const { t } = useLingui()
  const general = useExplain()
  const bulk = useBulk(work)
  const { total, done, failed, isRunning } = bulk
  const isOver = total !== undefined && !isRunning
  // What has begun is not stopped halfway without a word.
  const close = () => !isRunning && onClose(done.length > 0)
  return (
    <Dialog
      open
      onClose={close}
      title={title}
      actions={
        isOver ? (
          <Button onClick={close}>
            <Trans>Close</Trans>
          </Button>
        ) : (
          <Button {...(tone && { tone })} busy={isRunning} onClick={() => bulk.run(rows)}>
            {go}
          </Button>
        )
      }
    >
      {total === undefined && children}
      {total !== undefined && (
        <div className="grid gap-4">
          <progress
            className="h-2 w-full accent-(--color-accent)"
            aria-label={title}
            max={total}
            value={done.length + failed.length}
          />
          <p role="status">
            {isRunning ? (
              t`${done.length + failed.length} of ${total}`
            ) : (
              <>
                <Plural value={done.length} _0="None was done." one="One was done." other="# were done." />{' '}
                <Plural value={failed.length} _0="" one="One could not be done:" other="# could not be done:" />
              </>
            )}
          </p>
          {failed.length > 0 && (
            <ul className="grid gap-2">
              {failed.map(({ row, error }) => (
                <li key={rowName(row)}>
                  <span className="font-medium">{rowName(row)}</span>{' '}
                  <span className="text-soft">{explain?.(error) ?? general(error)}</span>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </Dialog>
  )
}
