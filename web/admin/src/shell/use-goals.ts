// Owns what the palette offers for what is typed: actions of the page, places, and orders and customers that are found.
import { useLingui } from '@lingui/react/macro'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type LucideIcon, ShoppingBag, UserRound, Zap } from 'lucide-react'
import { useEffect, useState } from 'react'
import { customersFoundQuery } from '#features/customers/api.ts'
import { ordersFoundQuery } from '#features/orders/api.ts'
import { useOfferedActions } from '#lib/page-actions.ts'
import { useMay } from '#lib/session.ts'
import type { Place } from './navigation.ts'

export interface Goal {
  key: string
  label: string
  aside?: string
  icon: LucideIcon
  run: () => void
}

export interface GoalGroup {
  key: string
  label: string
  goals: Goal[]
}

const SEARCH_MIN = 2
const PAUSE_MS = 200

export function useGoals(places: readonly Place[], query: string): { groups: GoalGroup[]; isLooking: boolean } {
  const { t, i18n } = useLingui()
  const navigate = useNavigate()
  const may = useMay()
  const actions = useOfferedActions()
  const wanted = query.trim()
  const asked = useSettled(wanted)
  const isSearch = asked.length >= SEARCH_MIN
  const orders = useQuery(search(isSearch && may('orders:read'), ordersFoundQuery({ q: asked })))
  const customers = useQuery(search(isSearch && may('users:read'), customersFoundQuery(asked)))

  const matches = (label: string) => label.toLocaleLowerCase().includes(wanted.toLocaleLowerCase())
  const groups: GoalGroup[] = [
    {
      key: 'actions',
      label: t`On this page`,
      goals: actions
        .filter(({ label }) => matches(label))
        .map(({ label, run }) => ({ key: `action ${label}`, label, icon: Zap, run })),
    },
    {
      key: 'places',
      label: t`Places`,
      goals: places
        .map((place) => ({ ...place, word: i18n._(place.label) }))
        .filter(({ word }) => matches(word))
        .map(({ to, icon, word }) => ({ key: `place ${to}`, label: word, icon, run: () => navigate({ to }) })),
    },
    {
      key: 'orders',
      label: t`Orders`,
      goals: (isSearch ? (orders.data?.items ?? []) : []).map(({ id, number, email }) => ({
        key: id,
        label: number,
        aside: email,
        icon: ShoppingBag,
        run: () => navigate({ to: '/orders/$id', params: { id } }),
      })),
    },
    {
      key: 'customers',
      label: t`Customers`,
      goals: (isSearch ? (customers.data?.items ?? []) : []).map(({ id, name, email }) => ({
        key: id,
        label: name,
        aside: email,
        icon: UserRound,
        run: () => navigate({ to: '/customers/$id', params: { id } }),
      })),
    },
  ]
  return {
    groups: groups.filter(({ goals }) => goals.length > 0),
    isLooking: wanted.length >= SEARCH_MIN && (asked !== wanted || orders.isFetching || customers.isFetching),
  }
}

/** The query where it is wanted, and one that never runs where it is not. */
function search<Options extends { queryFn?: unknown }>(isWanted: boolean, options: Options): Options {
  return isWanted ? options : { ...options, queryFn: skipToken }
}

/** The text once nothing was typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
