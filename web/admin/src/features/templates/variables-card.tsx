// Owns the list of what a text can say of its occasion, with an example of each.
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import type { Variable } from './api.ts'

interface VariablesCardProps {
  variables: readonly Variable[]
  /** Absent where nothing can be written. */
  onInsert: ((name: string) => void) | undefined
}

export function VariablesCard({ variables, onInsert }: VariablesCardProps) {
  const { t } = useLingui()
  return (
    <Card title={t`Variables`}>
      <p className="mb-3 text-soft">
        <Trans>They stand for what is known when the message is written.</Trans>
      </p>
      <ul className="grid grid-cols-1">
        {variables.map(({ name, required, example }) => (
          <li key={name} className="flex items-center gap-3 border-line border-b py-2 last:border-0 last:pb-0">
            <div className="min-w-0 grow">
              <p className="flex flex-wrap items-center gap-2">
                <code className="text-sm">{`{{ ${name} }}`}</code>
                {!required && <Badge>{t`may be missing`}</Badge>}
              </p>
              <p className="truncate text-sm text-soft">{exampleOf(example)}</p>
            </div>
            {onInsert && (
              <Button
                tone="outline"
                size="small"
                className="shrink-0"
                aria-label={t`Insert ${name}`}
                onClick={() => onInsert(name)}
              >
                <Trans>Insert</Trans>
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function exampleOf(example: unknown): string {
  return typeof example === 'string' ? example : JSON.stringify(example)
}
