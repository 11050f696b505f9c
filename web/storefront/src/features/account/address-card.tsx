// Owns one address of the book, with what can be done with it.
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Button } from '@rialto/ui/button.tsx'
import { AddressLines } from '#lib/address-lines.tsx'
import type { AddressEntry } from './api.ts'

interface AddressCardProps {
  entry: AddressEntry
  onEdit: () => void
  onDelete: () => void
}

export function AddressCard({ entry, onEdit, onDelete }: AddressCardProps) {
  const { t } = useLingui()
  const { address, label, default_shipping, default_billing } = entry
  const name = label ?? address.line1
  return (
    <article className="grid grid-rows-[auto_1fr_auto] gap-3 rounded-card border border-line bg-card p-5">
      <header className="flex flex-wrap items-center gap-2">
        {label && <h2 className="me-1 text-lg">{label}</h2>}
        {default_shipping && (
          <Badge tone="accent">
            <Trans>Delivery</Trans>
          </Badge>
        )}
        {default_billing && (
          <Badge tone="accent">
            <Trans>Invoice</Trans>
          </Badge>
        )}
      </header>
      <AddressLines address={address} />
      <footer className="-ms-3 flex flex-wrap">
        <Button tone="quiet" className="px-3" aria-label={t`Edit ${name}`} onClick={onEdit}>
          <Trans>Edit</Trans>
        </Button>
        <Button tone="quiet" className="px-3" aria-label={t`Delete ${name}`} onClick={onDelete}>
          <Trans>Delete</Trans>
        </Button>
      </footer>
    </article>
  )
}
