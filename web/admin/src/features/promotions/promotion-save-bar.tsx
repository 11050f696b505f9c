// Owns the save bar of a promotion: it says which parts are changed.
import { useLingui } from '@lingui/react/macro'
import { useWatch } from 'react-hook-form'
import { SaveBar } from '#lib/form/save-bar.tsx'
import type { PromotionForm } from './promotion-form.ts'

interface PromotionSaveBarProps {
  before: PromotionForm
  isNew: boolean
  busy: boolean
  onDiscard: () => void
}

export function PromotionSaveBar({ before, isNew, busy, onDiscard }: PromotionSaveBarProps) {
  const { t } = useLingui()
  const now = useWatch<PromotionForm>() as PromotionForm
  const parts: ReadonlyArray<[string, ReadonlyArray<keyof PromotionForm>]> = [
    [t`Code`, ['code']],
    [t`Name`, ['name']],
    [t`What it takes off`, ['kind', 'percent', 'amount']],
    [now.active ? t`Switched on` : t`Switched off`, ['active']],
    [t`Times`, ['startsAt', 'endsAt']],
    [t`Limits`, ['minimum', 'maxUses', 'maxUsesPerCustomer']],
  ]
  const changes = parts
    .filter(([, fields]) => fields.some((field) => before[field] !== now[field]))
    .map(([name]) => name)
  return (
    <SaveBar
      changes={isNew && changes.length > 0 ? [t`the new promotion`] : changes}
      busy={busy}
      onDiscard={onDiscard}
    />
  )
}
