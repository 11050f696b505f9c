// Owns the words for what an import can be.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Words } from '#lib/words.tsx'
import type { ImportFormat, ImportMode, ImportState } from './api.ts'

export const STATE_WORDS: Words<ImportState> = {
  checking: { word: msg`being checked`, tone: 'accent' },
  checked: { word: msg`ready to start`, tone: 'warn' },
  unreadable: { word: msg`cannot be read`, tone: 'bad' },
  running: { word: msg`running`, tone: 'accent' },
  stopped: { word: msg`stopped`, tone: 'warn' },
  done: { word: msg`done`, tone: 'good' },
  undoing: { word: msg`being undone`, tone: 'accent' },
  undone: { word: msg`undone`, tone: 'neutral' },
}

export const FORMAT_WORDS: Record<ImportFormat, MessageDescriptor> = {
  shopify: msg`Shopify, or an export of this shop`,
  woocommerce: msg`WooCommerce`,
}

export const MODE_WORDS: Record<ImportMode, MessageDescriptor> = {
  all: msg`Create new products and change those that are there`,
  new: msg`Only create new products`,
  existing: msg`Only change products that are there`,
}
