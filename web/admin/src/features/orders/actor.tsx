// Owns the name of whoever did something to an order: a person of the staff, the buyer, or a part of the shop.
import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { profileQuery, useMay } from '#lib/session.ts'
import { personQuery } from './api.ts'

/** `staff:0192…`, `customer:0192…`, `guest`, or a service's name. */
export function Actor({ actor }: { actor: string }) {
  const [kind, id] = actor.split(':')
  if (kind === 'staff' && id) return <Staff id={id} />
  if (kind === 'staff') return <Trans>Staff</Trans>
  if (kind === 'customer' || kind === 'guest') return <Trans>The buyer</Trans>
  return <Trans>The shop ({kind})</Trans>
}

function Staff({ id }: { id: string }) {
  const may = useMay()
  const { data: me } = useQuery(profileQuery)
  const isMe = me?.id === id
  const { data: person } = useQuery({ ...personQuery(id), enabled: !isMe && may('users:read') })
  if (isMe) return <Trans>You</Trans>
  return person ? person.name || person.email : <Trans>Staff</Trans>
}
