// Owns the page of one zone: where it is, its rates, and the question whom of two people to believe.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ConflictDialog } from '#lib/conflict/conflict-dialog.tsx'
import type { Conflict } from '#lib/conflict/merge.ts'
import { LeaveGuard } from '#lib/form/leave-guard.tsx'
import { SaveBar } from '#lib/form/save-bar.tsx'
import { ObjectFacts } from '#lib/object-facts.tsx'
import { Page } from '#lib/page.tsx'
import { useMay } from '#lib/session.ts'
import { useUpdateZone, type Zone, zoneQuery } from './api.ts'
import { DeleteZone } from './delete-zone.tsx'
import { RatesCard } from './rates-card.tsx'
import { useShowZoneProblems } from './show-zone-problems.ts'
import { useTakenArea } from './use-taken-area.ts'
import { useZoneFieldWords } from './use-zone-field-words.ts'
import { draftOf, valuesOf, type ZoneValues } from './zone-draft.ts'
import { useZoneForm, ZoneForm } from './zone-form.tsx'

export function ZonePage({ id }: { id: string }) {
  const { data: zone } = useSuspenseQuery(zoneQuery(id))
  // A form begins anew with another zone, and not with another version of this one: that is what conflicts are for.
  return <ZoneEditor key={id} zone={zone} />
}

function ZoneEditor({ zone }: { zone: Zone }) {
  const { t } = useLingui()
  const may = useMay()
  const say = useToast()
  const explain = useExplain()
  const queryClient = useQueryClient()
  const [base, setBase] = useState(zone)
  const [conflict, setConflict] = useState<Conflict<ZoneValues>>()
  const [failure, setFailure] = useState<string>()
  const form = useZoneForm(valuesOf(zone))
  const update = useUpdateZone(zone.id)
  const showProblems = useShowZoneProblems(form)
  const takenArea = useTakenArea()
  const fields = useZoneFieldWords()
  const { dirtyFields, isDirty } = form.formState
  const changes = Object.entries(fields).flatMap(([name, { label }]) =>
    dirtyFields[name as keyof ZoneValues] ? [label] : [],
  )

  async function save(values: ZoneValues, version = base.version) {
    setFailure(undefined)
    const draft = draftOf(values)
    try {
      const saved = await update.mutateAsync({ ...draft, version })
      setBase(saved)
      setConflict(undefined)
      form.reset(valuesOf(saved))
      say({ text: t`Saved` })
    } catch (error) {
      const code = error instanceof ProblemError ? error.code : undefined
      if (code === 'stale' || code === 'changed_meanwhile') {
        const stored = await queryClient.fetchQuery({ ...zoneQuery(zone.id), staleTime: 0 })
        setConflict({ base: valuesOf(base), mine: values, theirs: valuesOf(stored) })
        setBase(stored)
      } else if (code === 'area_taken') setFailure(await takenArea(draft, zone.id))
      else if (!showProblems(error, values)) setFailure(explain(error))
    }
  }

  return (
    <Page
      title={base.name}
      above={[{ label: t`Zones and rates`, link: { to: '/shipping/zones' } }]}
      actions={
        <div className="flex items-center gap-2">
          <ButtonLink tone="outline" size="small" to="/shipping/try" search={{ country: firstCountry(base) }}>
            <Trans>Try it</Trans>
          </ButtonLink>
          {may('shipping:write') && <DeleteZone zone={base} />}
        </div>
      }
    >
      <LeaveGuard active={isDirty} />
      <RatesCard zone={zone} />
      <ZoneForm form={form} readOnly={!may('shipping:write')} onSubmit={(values) => save(values)} failure={failure}>
        <SaveBar changes={changes} busy={update.isPending} onDiscard={() => form.reset()} />
      </ZoneForm>
      <ObjectFacts object={zone} path={`/shipping/zones/${zone.id}`} />
      <ConflictDialog
        conflict={conflict}
        fields={fields}
        changedAt={base.updated_at}
        busy={update.isPending}
        onResolve={(merged) => {
          form.reset(merged, { keepDefaultValues: true })
          save(merged, base.version)
        }}
        onClose={() => setConflict(undefined)}
      />
    </Page>
  )
}

function firstCountry(zone: Zone): string | undefined {
  return zone.areas.find(({ country }) => country !== '*')?.country
}
