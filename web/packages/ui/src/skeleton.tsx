// Owns the placeholder of something on its way. Give it the final size; it appears after 150 ms only.
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { VisuallyHidden } from './visually-hidden.tsx'

export function Skeleton({ className }: { className: string }) {
  return <span aria-hidden="true" className={`block animate-breathe rounded-control bg-line ${className}`} />
}

/** Wraps skeletons and says once, to those who listen, that content is coming. */
export function Loading({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div role="status" className={className}>
      <VisuallyHidden>
        <Trans>Loading…</Trans>
      </VisuallyHidden>
      {children}
    </div>
  )
}
