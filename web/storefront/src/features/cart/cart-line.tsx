// Owns one line of the cart: what it is, how many, what it costs, and what has changed about it.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Link } from '@tanstack/react-router'
import { CircleAlert, Info } from 'lucide-react'
import { QuantityInput } from '#lib/quantity-input.tsx'
import { Thumb } from '#lib/thumb.tsx'
import type { CartProblem, CartLine as Line } from './api.ts'
import { useProblemWords } from './problems.tsx'

interface CartLineProps {
  line: Line
  problems: readonly CartProblem[]
  onQuantity: (quantity: number) => void
  onRemove: () => void
}

export function CartLine({ line, problems, onQuantity, onRemove }: CartLineProps) {
  const { t } = useLingui()
  const name = line.variant_title ? `${line.title}, ${line.variant_title}` : line.title
  return (
    <li className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-3 border-line border-b py-6 first:pt-0 sm:gap-x-6">
      <Link to="/p/$slug" params={{ slug: line.slug }} search={{ variant: line.sku }} tabIndex={-1} aria-hidden="true">
        <Thumb src={line.image} size={128} className="w-22 rounded-card sm:w-32" />
      </Link>
      <div className="grid min-w-0 content-between gap-3">
        <div className="flex items-start justify-between gap-4">
          <div className="grid min-w-0 gap-0.5">
            <Link
              to="/p/$slug"
              params={{ slug: line.slug }}
              search={{ variant: line.sku }}
              className="text-lg font-medium hover:underline hover:underline-offset-4"
            >
              {line.title}
            </Link>
            <span className="text-soft">{line.variant_title}</span>
            {line.unit_price && line.quantity > 1 && (
              <span className="text-sm text-soft">
                <Trans>
                  <Money value={line.unit_price} /> each
                </Trans>
              </span>
            )}
          </div>
          {line.total && <Money value={line.total} className="text-lg font-medium" />}
        </div>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <QuantityInput of={name} value={line.quantity} onChange={onQuantity} />
          <Button tone="quiet" className="text-soft" aria-label={t`Remove ${name}`} onClick={onRemove}>
            <Trans>Remove</Trans>
          </Button>
        </div>
      </div>
      {problems.length > 0 && (
        <ul className="col-span-full grid gap-2">
          {problems.map((problem) => (
            <Problem key={problem.code} problem={problem} onQuantity={onQuantity} />
          ))}
        </ul>
      )}
    </li>
  )
}

function Problem({ problem, onQuantity }: { problem: CartProblem; onQuantity: (quantity: number) => void }) {
  const words = useProblemWords()
  const left = problem.code === 'insufficient_stock' ? Number(problem.after) : 0
  return (
    <li
      className={`flex flex-wrap items-center gap-x-3 gap-y-1 rounded-control px-4 py-2 ${
        problem.blocking ? 'bg-bad-soft text-bad' : 'bg-warn-soft text-warn'
      }`}
    >
      <Icon of={problem.blocking ? CircleAlert : Info} size={18} />
      <span className="grow py-1 font-medium">{words(problem)}</span>
      {left > 0 && (
        <Button tone="outline" size="small" onClick={() => onQuantity(left)}>
          <Trans>Take {left}</Trans>
        </Button>
      )}
    </li>
  )
}
