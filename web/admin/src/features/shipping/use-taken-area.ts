// Owns the answer to "which zone has this area already?", which the shop refuses to give to two.
import { useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { type Area, type ZoneDraft, zonesQuery } from './api.ts'
import { useAreaWords } from './area-words.ts'

export function useTakenArea(): (draft: ZoneDraft, ownId?: string) => Promise<string> {
  const { t } = useLingui()
  const queryClient = useQueryClient()
  const wordsOf = useAreaWords()
  return async (draft, ownId) => {
    const zones = await queryClient.fetchQuery(zonesQuery)
    for (const zone of zones.filter(({ id }) => id !== ownId)) {
      const taken = draft.areas.find((area) => zone.areas.some((other) => isSame(area, other)))
      if (taken) {
        const place = wordsOf(taken)
        return t`${place}: this belongs to the zone “${zone.name}” already. Take it away there first.`
      }
    }
    return t`One of these areas belongs to another zone already. Take it away there first.`
  }
}

function isSame(one: Area, other: Area): boolean {
  const part = (text: string | null | undefined) => text?.toUpperCase() ?? ''
  return (
    one.country === other.country &&
    part(one.region) === part(other.region) &&
    part(one.postal_code) === part(other.postal_code)
  )
}
