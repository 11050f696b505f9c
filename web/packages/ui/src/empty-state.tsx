// Owns the answer to "why is nothing here?", with the next step.
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'

interface EmptyStateProps {
  icon?: LucideIcon
  title: ReactNode
  /** Why, and what to do next. */
  children?: ReactNode
  action?: ReactNode
}

export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="mx-auto grid max-w-md justify-items-center gap-3 py-16 text-center">
      {icon && (
        <span className="mb-2 grid size-16 place-items-center rounded-full bg-sunken text-soft">
          <Icon of={icon} size={28} />
        </span>
      )}
      <h2 className="text-xl">{title}</h2>
      {children && <div className="text-soft">{children}</div>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  )
}
