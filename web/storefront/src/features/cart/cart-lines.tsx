// Owns the list of what is in the cart. What was removed leaves a note in its place, with a way back.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { useEffect, useRef, useState } from 'react'
import type { Cart, CartLine as Line } from './api.ts'
import { CartLine } from './cart-line.tsx'
import { useSetQuantity } from './changes.ts'
import { problemsOf } from './problems.tsx'
import { useAddBack } from './use-add-to-cart.ts'

export function CartLines({ cart }: { cart: Cart }) {
  const { t } = useLingui()
  const setQuantity = useSetQuantity()
  const addBack = useAddBack()
  const [removed, setRemoved] = useState<readonly Line[]>([])

  function remove(line: Line) {
    setQuantity.mutate({ sku: line.sku, quantity: 0 })
    setRemoved((lines) => [...lines.filter(({ sku }) => sku !== line.sku), line])
  }

  function undo(line: Line) {
    addBack.mutate(line)
    setRemoved((lines) => lines.filter(({ sku }) => sku !== line.sku))
  }

  return (
    <>
      <ul className="grid" aria-label={t`In your cart`}>
        {cart.items.map((line) => (
          <CartLine
            key={line.sku}
            line={line}
            problems={problemsOf(cart, line.sku)}
            onQuantity={(quantity) => setQuantity.mutate({ sku: line.sku, quantity })}
            onRemove={() => remove(line)}
          />
        ))}
      </ul>
      {removed
        .filter((line) => !cart.items.some(({ sku }) => sku === line.sku))
        .map((line) => (
          <Removed key={line.sku} title={line.title} onUndo={() => undo(line)} />
        ))}
    </>
  )
}

function Removed({ title, onUndo }: { title: string; onUndo: () => void }) {
  // The button that had the focus is gone with its line: go on from here.
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => button.current?.focus(), [])
  return (
    <div role="status" className="flex items-center justify-between gap-4 border-line border-b py-3 text-soft">
      <span>
        <Trans>{title} was removed.</Trans>
      </span>
      <Button ref={button} tone="quiet" onClick={onUndo}>
        <Trans>Undo</Trans>
      </Button>
    </div>
  )
}
