// Owns the raised surface that holds one subject.
import type { ReactNode } from 'react'
import { classes } from './classes.ts'

interface CardProps {
  title?: ReactNode
  /** What stands across from the title: a link, a button. */
  action?: ReactNode
  className?: string
  children: ReactNode
}

export function Card({ title, action, className, children }: CardProps) {
  return (
    <section className={classes('rounded-card border border-line bg-card p-5 sm:p-6', className)}>
      {title && (
        <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
          <h2 className="text-lg">{title}</h2>
          {action}
        </div>
      )}
      {children}
    </section>
  )
}
