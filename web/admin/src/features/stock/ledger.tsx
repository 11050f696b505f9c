// Owns the ledger of one SKU: each movement with what it added to which number, why, and by whom.
import { useLingui } from '@lingui/react/macro'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { StateBadge } from '#lib/words.tsx'
import { type Movement, movementsQuery } from './api.ts'
import { MOVEMENT_WORDS, REASON_WORDS } from './movement-words.ts'

export function Ledger({ sku }: { sku: string }) {
  const { t, i18n } = useLingui()
  const movements = useInfiniteQuery(movementsQuery(sku))
  const rows = movements.data?.pages.flatMap((page) => page.items) ?? []
  // What the shop itself wrote is a word of its own; what people wrote stands as it is.
  const reasonOf = ({ reason }: Movement) => {
    const words = REASON_WORDS[reason]
    return words ? i18n._(words) : reason.replaceAll('_', ' ')
  }
  if (movements.isPending) {
    return (
      <Loading>
        <Skeleton className="h-64" />
      </Loading>
    )
  }
  if (movements.error) {
    return (
      <ErrorState
        error={movements.error}
        title={t`The movements could not be loaded`}
        retry={() => movements.refetch()}
      />
    )
  }
  if (rows.length === 0) return <p className="text-soft">{t`Nothing has moved yet.`}</p>
  return (
    <>
      <ol className="grid grid-cols-1">
        {rows.map((movement) => (
          <li
            key={movement.id}
            className="grid grid-cols-[minmax(0,1fr)_minmax(0,auto)] gap-x-4 gap-y-1 border-line border-b py-3 first:pt-0 last:border-0 last:pb-0"
          >
            <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <StateBadge words={MOVEMENT_WORDS} state={movement.kind} />
              <span>{reasonOf(movement)}</span>
            </span>
            <Changes movement={movement} />
            <span className="col-span-2 flex flex-wrap gap-x-3 text-sm text-soft">
              <DateTime at={movement.at} options={{ dateStyle: 'medium', timeStyle: 'short' }} />
              <Actor actor={movement.actor} />
              {movement.reference && (
                <Link
                  to="/orders/$id"
                  params={{ id: movement.reference }}
                  className="underline underline-offset-4 hover:text-ink"
                >
                  {t`Order`}
                </Link>
              )}
            </span>
          </li>
        ))}
      </ol>
      <LoadMore
        shown={rows.length}
        hasMore={movements.hasNextPage}
        busy={movements.isFetchingNextPage}
        onMore={() => movements.fetchNextPage()}
      />
    </>
  )
}

function Changes({ movement }: { movement: Movement }) {
  const { t } = useLingui()
  const format = useFormat()
  const changes = [
    { label: t`on hand`, by: movement.on_hand },
    { label: t`held`, by: movement.held },
    { label: t`to be shipped`, by: movement.committed },
    { label: t`damaged`, by: movement.damaged },
  ].filter(({ by }) => by !== 0)
  return (
    <span className="text-end text-sm tabular-nums">
      {changes.map(({ label, by }) => (
        <span key={label} className="block">
          <span className="font-medium">{format.number(by, { signDisplay: 'always' })}</span> {label}
        </span>
      ))}
    </span>
  )
}

/** `user:0192…` is a member of staff, anything else a part of the shop. */
function Actor({ actor }: { actor: string }) {
  const { t } = useLingui()
  const user = /^user:(.+)$/.exec(actor)?.[1]
  if (!user) return <span>{t`by the shop`}</span>
  return (
    <Link to="/customers/$id" params={{ id: user }} className="underline underline-offset-4 hover:text-ink">
      {t`by staff`}
    </Link>
  )
}
