// Owns the placeholder of a page without one of its own.
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'

export function PagePending() {
  return (
    <Loading className="page grid gap-6 py-10">
      <Skeleton className="h-10 w-2/3 max-w-md" />
      <Skeleton className="h-80" />
    </Loading>
  )
}
