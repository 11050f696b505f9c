// Owns the page of the shop's inner life: how the services get on, and which events are stuck.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { Tabs } from '@rialto/ui/tabs.tsx'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { RefreshCw } from 'lucide-react'
import { Page } from '#lib/page.tsx'
import { type EventFilter, SERVICES } from './api.ts'
import { FlowsSection } from './flows-section.tsx'
import { ParkedList } from './parked-list.tsx'
import { SkippedList } from './skipped-list.tsx'
import { SERVICE_WORDS } from './words.ts'

export function EventsPage({ filter }: { filter: EventFilter }) {
  const { t, i18n } = useLingui()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const set = (change: EventFilter) => navigate({ to: '/settings/events', search: { ...filter, ...change } })
  return (
    <Page
      title={t`Events and health`}
      actions={
        <Button tone="outline" size="small" onClick={() => queryClient.invalidateQueries({ queryKey: ['events'] })}>
          <Icon of={RefreshCw} size={16} /> {t`Refresh`}
        </Button>
      }
    >
      <FlowsSection />
      <Tabs
        label={t`Events`}
        tabs={[
          { key: 'parked', label: t`Stuck` },
          { key: 'skipped', label: t`Given up` },
        ]}
        value={filter.skipped ? 'skipped' : 'parked'}
        onChange={(tab) => set({ skipped: tab === 'skipped' ? true : undefined })}
      >
        <div className="grid gap-4">
          <Field name="service" label={t`Service`} className="max-w-xs">
            {(wiring) => (
              <Select
                {...wiring}
                value={filter.service ?? ''}
                onChange={(event) => set({ service: SERVICES.find((service) => service === event.target.value) })}
              >
                <option value="">{t`Any`}</option>
                {SERVICES.map((service) => (
                  <option key={service} value={service}>
                    {i18n._(SERVICE_WORDS[service])}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {filter.skipped ? <SkippedList service={filter.service} /> : <ParkedList service={filter.service} />}
        </div>
      </Tabs>
    </Page>
  )
}
