// Owns deciding about many reviews at once.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { BulkDialog } from '#lib/list/bulk-dialog.tsx'
import { decide, type Review } from './api.ts'

export function BulkBar({ reviews, onDone }: { reviews: Review[]; onDone: () => void }) {
  const { t } = useLingui()
  const queryClient = useQueryClient()
  const [work, setWork] = useState<{ decision: 'approved' | 'rejected'; reviews: Review[] }>()
  const count = work?.reviews.length ?? 0
  const go = work?.decision === 'approved' ? t`Approve` : t`Reject`
  return (
    <>
      {reviews.length > 0 && (
        <div className="sticky top-0 z-20 flex flex-wrap items-center gap-3 rounded-control bg-sunken px-4 py-2">
          <p role="status">{t`${reviews.length} chosen`}</p>
          <Button size="small" onClick={() => setWork({ decision: 'approved', reviews })}>
            {t`Approve`}
          </Button>
          <Button tone="outline" size="small" onClick={() => setWork({ decision: 'rejected', reviews })}>
            {t`Reject`}
          </Button>
          <Button tone="quiet" size="small" onClick={onDone}>
            {t`Choose none`}
          </Button>
        </div>
      )}
      <BulkDialog
        rows={work?.reviews}
        title={go}
        go={go}
        work={async ({ id }) => work && decide(id, work.decision)}
        rowName={({ author, product_title }) => `${author}, ${product_title}`}
        onClose={(changed) => {
          setWork(undefined)
          if (!changed) return
          void queryClient.invalidateQueries({ queryKey: ['reviews'] })
          onDone()
        }}
      >
        <p>
          {work?.decision === 'approved'
            ? t`${plural(count, { one: '# review', other: '# reviews' })} will be shown to everyone and counted.`
            : t`${plural(count, { one: '# review', other: '# reviews' })} will be seen by nobody but their authors.`}
        </p>
      </BulkDialog>
    </>
  )
}
