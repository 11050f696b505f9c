// Owns the status of a product as a menu in the list: one press to open, one to change.
import { useLingui } from '@lingui/react/macro'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Archive, Eye, PenLine } from 'lucide-react'
import { ActionMenu } from '#lib/overlays/menu.tsx'
import { StateBadge } from '#lib/words.tsx'
import { keep, type Product, type ProductStatus, STATUSES } from '../api.ts'
import { STATUS_WORDS } from '../form/product-words.ts'
import { patchProduct } from '../patch.ts'

const ICONS = { published: Eye, draft: PenLine, archived: Archive }

export function StatusMenu({ product }: { product: Product }) {
  const { t, i18n } = useLingui()
  const queryClient = useQueryClient()
  const explain = useExplain()
  const say = useToast()
  const save = useMutation({
    mutationFn: (status: ProductStatus) => patchProduct(product, { status }, ''),
    onSuccess: (saved) => keep(queryClient, saved),
    onError: (error) => say({ text: t`The status of ${product.title} is unchanged. ${explain(error)}` }),
  })
  return (
    <ActionMenu
      label={t`Status of ${product.title}: ${i18n._(STATUS_WORDS[product.status].word)}`}
      size="small"
      actions={STATUSES.filter((status) => status !== product.status).map((status) => ({
        label: i18n._(STATUS_WORDS[status].word),
        icon: ICONS[status],
        onSelect: () => save.mutate(status),
      }))}
    >
      <StateBadge words={STATUS_WORDS} state={save.isPending ? save.variables : product.status} />
    </ActionMenu>
  )
}
