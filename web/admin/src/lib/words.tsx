// Owns how the API's words for a state become words for people, with the tone that goes with them.
import type { MessageDescriptor } from '@lingui/core'
import { useLingui } from '@lingui/react'
import { Badge, type BadgeTone } from '@rialto/ui/badge.tsx'

export interface Word {
  tone: BadgeTone
  word: MessageDescriptor
}

/** One for each state, or the type check fails. */
export type Words<State extends string> = Record<State, Word>

/** A state that this page does not know yet is shown as the shop calls it. */
export function StateBadge<State extends string>({ words, state }: { words: Words<State>; state: State }) {
  const { _ } = useLingui()
  const known: Word | undefined = words[state]
  return <Badge tone={known?.tone ?? 'neutral'}>{known ? _(known.word) : state.replaceAll('_', ' ')}</Badge>
}
