// Owns what is shown of a picture on its way: how far it is, or why it failed and another try.
import { useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import type { Upload } from './use-uploads.ts'

interface UploadStateProps {
  upload: Upload
  /** Of the file. */
  name: string
  onRetry: () => void
}

export function UploadState({ upload, name, onRetry }: UploadStateProps) {
  const { t } = useLingui()
  const format = useFormat()
  const explain = useExplain()
  if (upload.error === undefined) {
    return (
      <div className="mb-2 grid gap-1">
        <p className="truncate text-sm text-soft">
          {name} · {format.number(upload.progress, { style: 'percent' })}
        </p>
        <progress
          className="h-2 w-full accent-(--color-accent)"
          aria-label={t`Uploading ${name}`}
          value={upload.progress}
        />
      </div>
    )
  }
  const status = upload.error instanceof ProblemError ? upload.error.status : undefined
  const reason =
    status === 413
      ? t`It is larger than 10 MB.`
      : status === 422 || status === 415
        ? t`It cannot be read: use a JPEG, PNG, WebP or GIF picture.`
        : explain(upload.error)
  return (
    <div role="alert" className="mb-2 flex flex-wrap items-center gap-3 rounded-control bg-bad-soft p-3 text-sm">
      <p className="min-w-0 grow basis-40">
        <span className="font-medium">{t`${name} was not uploaded.`}</span> {reason}
      </p>
      <Button tone="outline" size="small" onClick={onRetry}>
        {t`Try again`}
      </Button>
    </div>
  )
}
