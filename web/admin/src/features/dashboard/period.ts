// Owns periods of days: the usual ones, and how finely each is cut.
import type { Interval, Period } from './api.ts'

export const PRESETS = ['today', '7d', '30d', '90d', '12m'] as const
export type Preset = (typeof PRESETS)[number]

const DAYS: Record<Preset, number> = { today: 1, '7d': 7, '30d': 30, '90d': 90, '12m': 365 }
const DAY_MS = 86_400_000
const DAYS_BY_DAY = 45
const DAYS_BY_WEEK = 200

export function periodOf(preset: Preset, today = new Date()): Period {
  const from = new Date(today)
  from.setDate(from.getDate() - DAYS[preset] + 1)
  return { from: dayOf(from), to: dayOf(today) }
}

export function intervalOf({ from, to }: Period): Interval {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
  if (days <= DAYS_BY_DAY) return 'day'
  return days <= DAYS_BY_WEEK ? 'week' : 'month'
}

export function isDay(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))
}

function dayOf(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}
