// Owns the page of what the shop runs with. It is set where the shop is started, so here it can only be read.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Facts } from '#lib/facts.tsx'
import { Page } from '#lib/page.tsx'
import { type Settings, settingsQuery } from '#lib/settings.ts'

const ENVIRONMENTS: Record<Settings['environment'], MessageDescriptor> = {
  dev: msg`Development, on this machine`,
  test: msg`Test: no real money moves`,
  live: msg`Live`,
}

const TASKS: Readonly<Record<string, MessageDescriptor>> = {
  payment: msg`Payments`,
  carrier: msg`Carriers`,
  mail: msg`Mail`,
  pictures: msg`Pictures`,
  search: msg`Search`,
  events: msg`Event log`,
}

const LIMITS: Readonly<Record<string, MessageDescriptor>> = {
  'orders.payment_window_secs': msg`An unpaid order is cancelled after`,
  'orders.return_window_days': msg`Goods may be sent back for`,
  'orders.cart_kept_days': msg`A cart is kept for`,
  'orders.order_max_minor': msg`The largest order`,
  'payments.attempts_per_hour': msg`Tries to pay one order in an hour`,
  'shipping.quote_life_secs': msg`A delivery price holds for`,
  'catalog.low_stock_at': msg`Few are left from`,
  'catalog.import.undo_days': msg`An import can be undone for`,
  'catalog.import.kept_days': msg`An imported file is kept for`,
  'gateway.bodies.media_bytes': msg`The largest picture`,
  'gateway.bodies.import_bytes': msg`The largest file to import`,
  'gateway.timeout_secs': msg`A request may take`,
  'gateway.in_flight_max': msg`Requests at one time`,
}

export function SettingsPage() {
  const { t, i18n } = useLingui()
  const { data: settings } = useSuspenseQuery(settingsQuery)
  const { shop } = settings
  const amountOf = useLimit(shop.currency)
  const format = useFormat()
  return (
    <Page title={t`Shop`}>
      <p className="max-w-prose text-soft">
        <Trans>
          These values come from the shop's configuration: the file <code>rialto.toml</code>, or variables of the
          environment. A change there needs a restart. Secrets are not shown.
        </Trans>
      </p>
      <div className="grid gap-5 lg:grid-cols-2">
        <Card title={t`General`}>
          <Facts
            facts={[
              [t`Name`, shop.name],
              [t`Address`, <bdi key="url">{settings.public_url}</bdi>],
              [t`Environment`, i18n._(ENVIRONMENTS[settings.environment])],
              [t`Currency`, shop.currency],
              [t`Prices`, shop.prices_include_tax ? t`include tax` : t`without tax`],
              [t`Country`, format.country(shop.default_country)],
              [t`Time zone`, settings.time_zone],
              [t`Language of mails`, format.language(settings.default_locale)],
              [t`Version`, `${settings.version} (${settings.commit})`],
            ]}
          />
        </Card>
        <Card title={t`Who does what`}>
          <Facts
            facts={settings.providers.map(({ task, name }) => [
              TASKS[task] ? i18n._(TASKS[task]) : task,
              name === 'sandbox' ? <Badge key={task}>{t`Sandbox`}</Badge> : name,
            ])}
          />
        </Card>
        <Card title={t`Where data lives`}>
          <Facts
            facts={settings.stores.map(({ service, kind, place }) => [
              service,
              <span key={service} className="break-all">
                {kind === 'sqlite' ? 'SQLite' : 'PostgreSQL'} · <bdi>{place}</bdi>
              </span>,
            ])}
          />
        </Card>
        <Card title={t`Limits`}>
          <Facts
            facts={settings.limits.map(({ key, value }) => [
              LIMITS[key] ? i18n._(LIMITS[key]) : key,
              <span key={key} title={key}>
                {amountOf(key, value)}
              </span>,
            ])}
          />
        </Card>
      </div>
    </Page>
  )
}

/** A limit in the unit that its key ends in. */
function useLimit(currency: string) {
  const format = useFormat()
  return (key: string, value: number): string => {
    const unit = (unit: string, amount: number) =>
      format.number(amount, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 })
    if (key.endsWith('_days')) return unit('day', value)
    if (key.endsWith('_bytes')) return unit('megabyte', value / (1024 * 1024))
    if (key.endsWith('_minor')) return format.money({ amount: value, currency })
    if (!key.endsWith('_secs')) return format.number(value)
    if (value % 3600 === 0) return unit('hour', value / 3600)
    return value % 60 === 0 ? unit('minute', value / 60) : unit('second', value)
  }
}
