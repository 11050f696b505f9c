// Owns short words of state. The word carries the meaning; shape and colour only help.
import type { ReactNode } from 'react'

export type BadgeTone = 'neutral' | 'good' | 'warn' | 'bad' | 'accent'

const TONES: Record<BadgeTone, [badge: string, dot: string]> = {
  neutral: ['bg-sunken text-ink', 'border border-current'],
  good: ['bg-good-soft text-good', 'bg-current'],
  warn: ['bg-warn-soft text-warn', 'bg-current [clip-path:polygon(50%_0,100%_100%,0_100%)]'],
  bad: ['bg-bad-soft text-bad', 'bg-current rotate-45 rounded-none'],
  accent: ['bg-accent-soft text-accent', 'bg-current'],
}

export function Badge({ tone = 'neutral', children }: { tone?: BadgeTone; children: ReactNode }) {
  const [badge, dot] = TONES[tone]
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-sm font-medium whitespace-nowrap ${badge}`}
    >
      <span aria-hidden="true" className={`size-2 shrink-0 rounded-full ${dot}`} />
      {children}
    </span>
  )
}
