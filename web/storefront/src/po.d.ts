// Catalogues, compiled by the build.
declare module '*.po' {
  import type { Messages } from '@lingui/core'
  export const messages: Messages
}

/** The parts of a catalogue beyond what the first pages say: see message-parts.ts. */
declare module 'virtual:late-messages/*' {
  import type { Messages } from '@lingui/core'
  export const messages: Messages
}

declare module 'virtual:more-messages/*' {
  import type { Messages } from '@lingui/core'
  export const messages: Messages
}

declare module 'virtual:other-messages/*' {
  import type { Messages } from '@lingui/core'
  export const messages: Messages
}
