// Owns what the fields of a zone are called where people are told what changed.
import { useLingui } from '@lingui/react/macro'
import { useFormat } from '@rialto/ui/use-format.ts'
import type { FieldWords } from '#lib/conflict/conflict-dialog.tsx'
import type { ZoneValues } from './zone-draft.ts'

export function useZoneFieldWords(): { [Field in keyof ZoneValues]: FieldWords<ZoneValues[Field]> } {
  const { t } = useLingui()
  const format = useFormat()
  const yesOrNo = (value: boolean) => (value ? t`yes` : t`no`)
  return {
    name: { label: t`Name` },
    delivered: { label: t`We deliver here`, show: yesOrNo },
    countries: { label: t`Whole countries`, show: (codes) => format.list(codes.map(format.country)) || '—' },
    anywhere: { label: t`Everywhere else`, show: yesOrNo },
    parts: {
      label: t`Parts of countries`,
      show: (parts) =>
        parts
          .map(({ country, region, postalCode }) => [country, region, postalCode].filter(Boolean).join(' '))
          .join('\n') || '—',
    },
  }
}
