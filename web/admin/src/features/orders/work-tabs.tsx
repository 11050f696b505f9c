// Owns the tabs of the list of orders: each is a filter that shows what waits for one kind of work.
import { useLingui } from '@lingui/react/macro'
import { classes } from '@rialto/ui/classes.ts'
import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, ReactNode } from 'react'
import type { OrderFilter } from './api.ts'

interface TabAnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  shown: boolean
}

/** What is shown is not the router's to tell: other filters refine a tab and do not leave it. */
function TabAnchor({ shown, children, ...rest }: TabAnchorProps) {
  return (
    <a
      {...rest}
      aria-current={shown ? 'page' : undefined}
      className={classes(
        '-mb-px flex min-h-11 items-center border-b-2 px-3 font-medium whitespace-nowrap -outline-offset-2',
        shown ? 'border-accent text-ink' : 'border-transparent text-soft hover:text-ink',
      )}
    >
      {children}
    </a>
  )
}

const TabLink = createLink(TabAnchor)

/** The filters that make a tab; all others refine it. */
const WORK = ['status', 'payment_status', 'problems'] as const satisfies (keyof OrderFilter)[]

export function WorkTabs({ filter }: { filter: OrderFilter }) {
  const { t } = useLingui()
  const tabs: [label: ReactNode, search: OrderFilter][] = [
    [t`All`, {}],
    [t`To pay`, { status: 'pending' }],
    [t`To fulfil`, { status: 'processing' }],
    [t`To refund`, { status: 'cancelled', payment_status: 'paid' }],
    [t`Problem`, { problems: true }],
  ]
  return (
    <nav aria-label={t`Orders by work`} className="overflow-x-auto border-line border-b">
      <ul className="flex gap-1">
        {tabs.map(([label, search], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the tabs have a fixed order.
          <li key={index}>
            <TabLink to="/orders" search={search} shown={isShown(search, filter)}>
              {label}
            </TabLink>
          </li>
        ))}
        <li>
          <TabLink to="/orders/returns" shown={false}>
            {t`Returns`}
          </TabLink>
        </li>
      </ul>
    </nav>
  )
}

function isShown(tab: OrderFilter, filter: OrderFilter): boolean {
  return WORK.every((key) => tab[key] === filter[key])
}
