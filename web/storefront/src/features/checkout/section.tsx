// Owns one of the checkout's sections: open, done with a summary and a way to change it, or still to come.
import { Trans, useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { Link } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import type { Step } from './steps.ts'

interface SectionProps {
  step: Step
  number: number
  title: string
  state: 'open' | 'done' | 'later'
  /** What a done section says; without it, nothing of it can be changed any more. */
  summary?: ReactNode
  isChangeable?: boolean
  children: ReactNode
}

export function Section({ step, number, title, state, summary, isChangeable = true, children }: SectionProps) {
  const { t } = useLingui()
  const heading = useRef<HTMLHeadingElement>(null)
  const before = useRef(state)
  useEffect(() => {
    // Whoever went on, or back, is at this section now. The first one keeps the page's heading.
    if (state === 'open' && before.current !== 'open') heading.current?.focus()
    before.current = state
  }, [state])
  return (
    <section aria-labelledby={`checkout-${step}`} className="border-line border-t py-7">
      <div className="flex items-center gap-4">
        <span
          aria-hidden="true"
          className={`grid size-8 shrink-0 place-items-center rounded-full text-sm font-semibold ${
            state === 'later' ? 'border border-line text-soft' : 'bg-ink text-on-ink'
          }`}
        >
          {state === 'done' ? <Icon of={Check} size={16} /> : number}
        </span>
        <h2
          id={`checkout-${step}`}
          ref={heading}
          tabIndex={-1}
          className={`grow text-xl ${state === 'later' ? 'text-soft' : ''}`}
        >
          {title}
        </h2>
        {state === 'done' && isChangeable && (
          <Link
            to="/checkout"
            search={{ step }}
            resetScroll={false}
            aria-label={t`Change: ${title}`}
            className="inline-flex min-h-11 items-center px-1 underline underline-offset-4 hover:text-accent"
          >
            <Trans>Change</Trans>
          </Link>
        )}
      </div>
      {state === 'done' && <div className="mt-2 sm:ms-12">{summary}</div>}
      {state === 'open' && <div className="mt-6 sm:ms-12">{children}</div>}
    </section>
  )
}
