// Owns the beginning of an import: choosing or dropping a file, and its way to the shop.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { uploadImport } from '@rialto/api/upload.ts'
import { Card } from '@rialto/ui/card.tsx'
import { classes } from '@rialto/ui/classes.ts'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { FileUp } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { ActionButton } from '#lib/action-button.tsx'
import { useBlocked } from '#lib/use-blocked.ts'

interface Sending {
  name: string
  /** From 0 to 1. */
  progress: number
  error?: unknown
}

export function UploadCard() {
  const { t } = useLingui()
  const format = useFormat()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const blocked = useBlocked()('catalog:write')
  const input = useRef<HTMLInputElement>(null)
  const running = useRef<AbortController>(undefined)
  const [sending, setSending] = useState<Sending>()
  const [isOver, setOver] = useState(false)
  useEffect(() => () => running.current?.abort(), [])

  async function send(file: File | undefined) {
    if (!file || blocked) return
    const controller = new AbortController()
    running.current = controller
    setSending({ name: file.name, progress: 0 })
    try {
      const onProgress = (progress: number) => setSending({ name: file.name, progress })
      const { id } = await uploadImport(file, { onProgress, signal: controller.signal })
      void queryClient.invalidateQueries({ queryKey: ['imports', 'list'] })
      await navigate({ to: '/imports/$id', params: { id } })
    } catch (error) {
      if (!controller.signal.aborted) setSending({ name: file.name, progress: 0, error })
    }
  }

  const isBusy = sending !== undefined && sending.error === undefined
  return (
    <Card title={t`Import a file`}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first. */}
      <div
        className={classes(
          'grid justify-items-start gap-4 rounded-card border-2 border-dashed border-line p-5',
          isOver && 'border-accent bg-accent-soft',
        )}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          void send(event.dataTransfer.files[0])
        }}
      >
        <p className="max-w-prose">
          <Trans>
            Drop a CSV file of products here, or choose one: an export of Shopify, WooCommerce or this shop, or a
            spreadsheet of your own whose columns you name in the next step. Nothing is changed before you have seen
            what the file would do.
          </Trans>
        </p>
        <input
          ref={input}
          type="file"
          accept=".csv,.txt,.tsv,text/csv"
          aria-label={t`File of products`}
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            void send(event.target.files?.[0])
            event.target.value = ''
          }}
        />
        <ActionButton blocked={blocked} busy={isBusy} onClick={() => input.current?.click()}>
          <Icon of={FileUp} /> {isBusy ? t`Uploading…` : t`Choose a file`}
        </ActionButton>
        {isBusy && (
          <div className="grid w-full max-w-md gap-1">
            <p className="truncate text-sm text-soft">
              {sending.name} · {format.number(sending.progress, { style: 'percent' })}
            </p>
            <progress
              className="h-2 w-full accent-(--color-accent)"
              aria-label={t`Uploading ${sending.name}`}
              value={sending.progress}
            />
          </div>
        )}
        {sending?.error !== undefined && <Refusal name={sending.name} error={sending.error} />}
      </div>
    </Card>
  )
}

function Refusal({ name, error }: { name: string; error: unknown }) {
  const { t } = useLingui()
  const explain = useExplain()
  const status = error instanceof ProblemError ? error.status : undefined
  const reason =
    status === 413
      ? t`It is larger than 50 MB. Cut it into several files.`
      : status === 422
        ? t`It is empty, or not a table. Save it as CSV and try again.`
        : explain(error)
  return (
    <p role="alert" className="rounded-control bg-bad-soft p-3 text-sm">
      <span className="font-medium">{t`${name} was not taken.`}</span> {reason}
    </p>
  )
}
