// Owns the frame of an admin page: breadcrumb, heading, actions, title of the document.
import { Breadcrumb, type Crumb } from '@rialto/ui/breadcrumb.tsx'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import type { ReactNode } from 'react'

interface PageProps {
  title: string
  /** What stands above this page. */
  above?: readonly Crumb[]
  actions?: ReactNode
  children: ReactNode
}

export function Page({ title, above = [], actions, children }: PageProps) {
  useDocumentTitle(title, 'Rialto admin')
  return (
    <div className="grid grid-cols-1 content-start gap-5">
      {above.length > 0 && (
        <div className="print:hidden">
          <Breadcrumb crumbs={[...above, { label: title }]} />
        </div>
      )}
      <header className="flex flex-wrap items-center justify-between gap-3 print:hidden">
        <h1 className="text-2xl">{title}</h1>
        {actions}
      </header>
      {children}
    </div>
  )
}
