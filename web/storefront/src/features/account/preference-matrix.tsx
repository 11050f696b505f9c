// Owns the matrix of topics and channels. What belongs to an order or to the account's safety is locked, and says so.
import { Trans, useLingui } from '@lingui/react/macro'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { VisuallyHidden } from '@rialto/ui/visually-hidden.tsx'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Lock } from 'lucide-react'
import { useUser } from '#lib/session.ts'
import { type Preference, preferencesQuery, useChoose } from './api.ts'

type Topic = Preference['topic']
/** Push needs a device that has agreed to it, which this shop does not ask for. */
const CHANNELS = ['email', 'sms'] as const
type Shown = (typeof CHANNELS)[number]

export function PreferenceMatrix() {
  const { t } = useLingui()
  const { data } = useSuspenseQuery(preferencesQuery)
  const { phone } = useUser()
  const choose = useChoose()
  const explain = useExplain()
  const topics = [...new Set(data.items.map(({ topic }) => topic))]
  const channels: Record<Shown, string> = { email: t`E-mail`, sms: t`SMS` }
  return (
    <div className="grid gap-4">
      <table className="w-full border-collapse">
        <thead>
          <tr className="border-line border-b">
            <th scope="col" className="pb-2 text-start font-medium text-soft">
              <Trans>Topic</Trans>
            </th>
            {CHANNELS.map((channel) => (
              <th key={channel} scope="col" className="w-20 pb-2 text-center font-medium text-soft sm:w-28">
                {channels[channel]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {topics.map((topic) => (
            <tr key={topic} className="border-line border-b last:border-0">
              <th scope="row" className="py-3 pe-3 text-start font-normal">
                <TopicWords topic={topic} />
              </th>
              {CHANNELS.map((channel) => (
                <td key={channel} className="text-center align-middle">
                  <Cell
                    cell={data.items.find((item) => item.topic === topic && item.channel === channel)}
                    label={channels[channel]}
                    isReachable={channel === 'email' || Boolean(phone)}
                    onChoose={(enabled) => choose.mutate({ topic, channel, enabled })}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {!phone && (
        <p className="text-sm text-soft">
          <Trans>
            For SMS, add your phone number to{' '}
            <Link to="/account/profile" className="text-ink underline underline-offset-4">
              your profile
            </Link>
            .
          </Trans>
        </p>
      )}
      <p role="status" className="font-medium text-bad empty:hidden">
        {choose.error && t`Your choice was not saved. ${explain(choose.error)}`}
      </p>
    </div>
  )
}

interface CellProps {
  cell: Preference | undefined
  label: string
  isReachable: boolean
  onChoose: (enabled: boolean) => void
}

function Cell({ cell, label, isReachable, onChoose }: CellProps) {
  const { t } = useLingui()
  if (!cell) return null
  if (cell.locked) {
    // Locked on for mail; a text message only comes where there is a number.
    if (!isReachable) return <span className="text-soft">–</span>
    return (
      <span className="inline-grid size-11 place-items-center text-soft">
        <Icon of={Lock} size={18} />
        <VisuallyHidden>{t`Always on`}</VisuallyHidden>
      </span>
    )
  }
  return (
    <label className="inline-grid size-11 place-items-center">
      <VisuallyHidden>{label}</VisuallyHidden>
      <input
        type="checkbox"
        checked={cell.enabled}
        disabled={!isReachable && !cell.enabled}
        onChange={(event) => onChoose(event.currentTarget.checked)}
        className="size-5"
      />
    </label>
  )
}

function TopicWords({ topic }: { topic: Topic }) {
  const { t } = useLingui()
  const words: Record<Topic, [name: string, what: string]> = {
    orders: [t`Your orders`, t`Confirmation, parcels, refunds. Part of every order, so always on.`],
    security: [t`Your account’s safety`, t`New devices, changed passwords. Always on, for your protection.`],
    service: [t`Answers and service`, t`What you asked us for. Always on.`],
    marketing: [t`New things and offers`, t`Now and then.`],
    reviews: [t`Reviews`, t`A question how you like what you bought.`],
    stock: [t`Back in stock`, t`When something you waited for is there again.`],
  }
  const [name, what] = words[topic]
  return (
    <>
      <span className="block font-medium">{name}</span>
      <span className="block text-sm text-soft">{what}</span>
    </>
  )
}
