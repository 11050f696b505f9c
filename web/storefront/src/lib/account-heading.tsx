// Owns the top of a page of the account: the way back on a phone, the heading, a word on what this is.
import { Trans } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { Link } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { shopName } from '#lib/shop.ts'

interface AccountHeadingProps {
  title: string
  lead?: ReactNode
  /** Across from the title. */
  action?: ReactNode
}

export function AccountHeading({ title, lead, action }: AccountHeadingProps) {
  useDocumentTitle(title, shopName)
  return (
    <header className="mb-8 grid gap-2">
      <Link
        to="/account"
        className="inline-flex min-h-11 items-center gap-2 justify-self-start text-soft hover:text-ink lg:hidden print:hidden"
      >
        <Icon of={ArrowLeft} size={18} mirrored />
        <Trans>Your account</Trans>
      </Link>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <h1 className="text-3xl sm:text-4xl">{title}</h1>
        {action}
      </div>
      {lead && <p className="max-w-2xl text-soft">{lead}</p>}
    </header>
  )
}
