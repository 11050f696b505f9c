// Owns the address book: all addresses, one of them open to be changed, and what was just deleted can come back.
import { Trans, useLingui } from '@lingui/react/macro'
import { newIdempotencyKey } from '@rialto/api/client.ts'
import { Button } from '@rialto/ui/button.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useSuspenseQuery } from '@tanstack/react-query'
import { MapPin, Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { AccountHeading } from '#lib/account-heading.tsx'
import { AddressCard } from './address-card.tsx'
import { type AddressEntry, addressesQuery, useDeleteAddress, useSaveAddress } from './api.ts'

const AddressDialog = lazy(() => import('./address-dialog.tsx').then((file) => ({ default: file.AddressDialog })))

export function AddressesPage() {
  const { t } = useLingui()
  const { data: entries } = useSuspenseQuery(addressesQuery)
  const [open, setOpen] = useState<AddressEntry | 'new'>()
  const remove = useDeleteAddress()
  const save = useSaveAddress()
  const say = useToast()

  function deleteWithUndo(entry: AddressEntry) {
    const { id: _, ...kept } = entry
    const undo = () => save.mutate({ key: newIdempotencyKey(), entry: kept })
    remove.mutate(entry, {
      onSuccess: () => say({ text: t`Address deleted`, action: { label: t`Undo`, run: undo } }),
    })
  }

  const failed = remove.error ?? save.error
  const add = (
    <Button onClick={() => setOpen('new')}>
      <Icon of={Plus} size={18} />
      <Trans>Add an address</Trans>
    </Button>
  )
  return (
    <>
      <AccountHeading
        title={t`Addresses`}
        lead={entries.length > 0 && t`The checkout offers them, so that you type nothing.`}
        action={entries.length > 0 && add}
      />
      <div className="grid gap-6">
        {failed && <ErrorState error={failed} title={t`Your address book could not be changed`} />}
        {entries.length === 0 ? (
          <EmptyState icon={MapPin} title={t`No addresses yet`} action={add}>
            <Trans>Keep the addresses you have things sent to: next time you choose one in place of typing it.</Trans>
          </EmptyState>
        ) : (
          <ul className="grid gap-4 sm:grid-cols-2">
            {entries.map((entry) => (
              <li key={entry.id} className="grid">
                <AddressCard entry={entry} onEdit={() => setOpen(entry)} onDelete={() => deleteWithUndo(entry)} />
              </li>
            ))}
          </ul>
        )}
      </div>
      <Suspense>
        {open && (
          <AddressDialog
            entry={open === 'new' ? undefined : open}
            isFirst={entries.length === 0}
            onClose={() => setOpen(undefined)}
          />
        )}
      </Suspense>
    </>
  )
}
