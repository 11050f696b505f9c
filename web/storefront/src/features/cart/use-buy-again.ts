// Owns putting the things of an earlier order into the cart once more; what is no longer sold stays out, and is named.
import { useLingui } from '@lingui/react/macro'
import { api, ok } from '@rialto/api/client.ts'
import { ProblemError } from '@rialto/api/problem.ts'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { cartQuery } from './api.ts'
import { openCartDrawer } from './drawer-state.ts'

interface Past {
  id: string
  lines: ReadonlyArray<{ sku: string; quantity: number; title: string }>
}

export function useBuyAgain() {
  const { t } = useLingui()
  const explain = useExplain()
  const format = useFormat()
  const queryClient = useQueryClient()
  const refill = useMutation({
    scope: { id: 'cart' },
    mutationFn: async ({ lines }: Past) => {
      const missed: string[] = []
      for (const { sku, quantity, title } of lines) {
        try {
          await ok(api.POST('/cart/items', { body: { sku, quantity } }))
        } catch (error) {
          if (!(error instanceof ProblemError) || error.transient || error.status === 401) throw error
          missed.push(title)
        }
      }
      return missed
    },
    onSuccess: async (missed, { lines }) => {
      await queryClient.invalidateQueries({ queryKey: cartQuery.queryKey })
      const added = lines.find(({ title }) => !missed.includes(title))
      if (added) openCartDrawer(added.sku)
    },
  })

  function failure(): string | undefined {
    if (refill.error) return explain(refill.error)
    if (!refill.data?.length) return undefined
    return t`Not to be had at the moment: ${format.list(refill.data)}`
  }

  const id = refill.variables?.id
  return {
    run: (order: Past) => refill.mutate(order),
    busyId: refill.isPending ? id : undefined,
    failedId: failure() ? id : undefined,
    failure: failure(),
  }
}
