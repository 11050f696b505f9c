// Owns the frame of the pages that lead into an account: one narrow column, a heading, and what else one may want.
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import type { ReactNode } from 'react'
import { shopName } from '#lib/shop.ts'

interface EntranceProps {
  title: string
  lead?: ReactNode
  children?: ReactNode
  /** Other ways on, below a line. */
  others?: ReactNode
}

export function Entrance({ title, lead, children, others }: EntranceProps) {
  useDocumentTitle(title, shopName)
  return (
    <div className="page grid max-w-[30rem] gap-7 pt-10 pb-20 sm:pt-16">
      <div className="grid gap-3">
        <h1 className="text-3xl sm:text-4xl">{title}</h1>
        {lead && <p className="text-lg text-soft">{lead}</p>}
      </div>
      {children}
      {others && <div className="grid justify-items-start gap-1 border-line border-t pt-5">{others}</div>}
    </div>
  )
}

/** The look of a link among words. */
export const TEXT_LINK =
  'inline-flex min-h-11 items-center font-medium underline underline-offset-4 transition-colors hover:text-accent'
