// Owns the words for the movements of stock.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Words } from '#lib/words.tsx'
import type { MovementKind } from './api.ts'

export const MOVEMENT_WORDS: Words<MovementKind> = {
  received: { tone: 'good', word: msg`Received` },
  adjusted: { tone: 'accent', word: msg`Corrected` },
  reserved: { tone: 'neutral', word: msg`Held for an order` },
  released: { tone: 'neutral', word: msg`Let go` },
  expired: { tone: 'neutral', word: msg`Hold ran out` },
  committed: { tone: 'accent', word: msg`Sold` },
  fulfilled: { tone: 'good', word: msg`Shipped` },
  returned: { tone: 'warn', word: msg`Came back` },
  damaged: { tone: 'bad', word: msg`Damaged` },
  written_off: { tone: 'bad', word: msg`Written off` },
}

/** The reasons that the shop itself writes. */
export const REASON_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  product_written: msg`saved with its product`,
  import: msg`by an import`,
  ordered: msg`ordered`,
  replaced: msg`the order was changed`,
  expired: msg`not paid in time`,
  returned: msg`returned by the buyer`,
  paid: msg`the order was paid`,
  shipped: msg`the order was shipped`,
  cancelled: msg`the order was cancelled`,
}
