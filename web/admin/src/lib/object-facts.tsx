// Owns what every object of the shop tells of itself: id, times, the request that reads it, and its JSON.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useState } from 'react'
import { CopyId } from './copy-id.tsx'
import { type Fact, Facts } from './facts.tsx'

interface ObjectFactsProps {
  /** What is shown as JSON. */
  object: { id: string; created_at?: string; updated_at?: string }
  /** Where the API has it: `/orders/0192…`. */
  path: string
  /** What stands between the id and the times. */
  facts?: readonly Fact[]
}

export function ObjectFacts({ object, path, facts = [] }: ObjectFactsProps) {
  const { t } = useLingui()
  const say = useToast()
  const [isOpen, setOpen] = useState(false)
  const curl = `curl -H "Authorization: Bearer $TOKEN" ${location.origin}${path}`
  return (
    <Card title={t`Facts`}>
      <Facts
        facts={[
          [t`Id`, <CopyId key="id" value={object.id} />],
          ...facts,
          [t`Created`, object.created_at && <Moment key="created" at={object.created_at} />],
          [t`Changed`, object.updated_at && <Moment key="changed" at={object.updated_at} />],
        ]}
      />
      <div className="mt-2 -ms-3 flex flex-wrap">
        <Button tone="quiet" size="small" onClick={() => setOpen(true)}>
          <Trans>Show JSON</Trans>
        </Button>
        <Button
          tone="quiet"
          size="small"
          onClick={() => navigator.clipboard.writeText(curl).then(() => say({ text: t`Copied` }))}
        >
          <Trans>Copy as curl</Trans>
        </Button>
      </div>
      <Dialog open={isOpen} onClose={() => setOpen(false)} title={<code className="text-base">{path}</code>}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys. */}
        <pre tabIndex={0} className="overflow-x-auto text-sm">
          {JSON.stringify(object, null, 2)}
        </pre>
      </Dialog>
    </Card>
  )
}

function Moment({ at }: { at: string }) {
  return <DateTime at={at} options={{ dateStyle: 'medium', timeStyle: 'short' }} />
}
