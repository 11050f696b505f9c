// Owns the copy of one's data: a file with everything the shop keeps about the person.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Download } from 'lucide-react'
import { shopName } from '#lib/shop.ts'
import { useExport } from './api.ts'

export function ExportData() {
  const { t } = useLingui()
  const data = useExport()
  return (
    <div className="grid justify-items-start gap-4">
      <p>
        <Trans>Your account, addresses, orders and our letters to you, as a file that programs can read (JSON).</Trans>
      </p>
      {data.error && <ErrorState error={data.error} title={t`The file could not be made`} />}
      <Button
        tone="outline"
        busy={data.isPending}
        onClick={() => data.mutate(undefined, { onSuccess: (everything) => save(everything) })}
      >
        <Icon of={Download} size={18} />
        {data.isPending ? t`Collecting…` : t`Download your data`}
      </Button>
      <p role="status" className="text-sm text-soft empty:hidden">
        {data.isSuccess && t`The file is among your downloads.`}
      </p>
    </div>
  )
}

function save(everything: object): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(everything, null, 2)], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${shopName.toLowerCase()}-${new Date().toISOString().slice(0, 10)}.json`
  link.click()
  URL.revokeObjectURL(url)
}
