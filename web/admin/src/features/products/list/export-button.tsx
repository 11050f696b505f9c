// Owns the export of what the list shows, as a file that can be imported again.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { download } from '#lib/csv.ts'
import { exportProducts, type ProductFilter } from '../api.ts'

export function ExportButton({ filter }: { filter: ProductFilter }) {
  const { t } = useLingui()
  const say = useToast()
  const explain = useExplain()
  const save = useMutation({
    mutationFn: () => exportProducts(filter),
    onSuccess: (file) => download(`products-${new Date().toISOString().slice(0, 10)}.csv`, file),
    onError: (error) => say({ text: `${t`The products could not be exported.`} ${explain(error)}` }),
  })
  return (
    <Button tone="outline" size="small" busy={save.isPending} onClick={() => save.mutate()}>
      <Icon of={Download} /> {t`Export`}
    </Button>
  )
}
