// Owns the making of a zone. Its rates come on the page that follows.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { LeaveGuard } from '#lib/form/leave-guard.tsx'
import { Page } from '#lib/page.tsx'
import { useCreateZone } from './api.ts'
import { useShowZoneProblems } from './show-zone-problems.ts'
import { useTakenArea } from './use-taken-area.ts'
import { draftOf, EMPTY_ZONE, type ZoneValues } from './zone-draft.ts'
import { useZoneForm, ZoneForm } from './zone-form.tsx'

export function NewZonePage() {
  const { t } = useLingui()
  const navigate = useNavigate()
  const form = useZoneForm(EMPTY_ZONE)
  const create = useCreateZone()
  const explain = useExplain()
  const showProblems = useShowZoneProblems(form)
  const takenArea = useTakenArea()
  const [failure, setFailure] = useState<string>()

  async function save(values: ZoneValues) {
    setFailure(undefined)
    const draft = draftOf(values)
    try {
      const zone = await create.mutateAsync(draft)
      await navigate({ to: '/shipping/zones/$id', params: { id: zone.id }, ignoreBlocker: true })
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'area_taken') setFailure(await takenArea(draft))
      else if (!showProblems(error, values)) setFailure(explain(error))
    }
  }

  return (
    <Page title={t`New zone`} above={[{ label: t`Zones and rates`, link: { to: '/shipping/zones' } }]}>
      <LeaveGuard active={form.formState.isDirty} />
      <ZoneForm form={form} readOnly={false} onSubmit={save} failure={failure}>
        <Button type="submit" busy={create.isPending} className="justify-self-start">
          {create.isPending ? t`Creating…` : <Trans>Create the zone, then its rates</Trans>}
        </Button>
      </ZoneForm>
    </Page>
  )
}
