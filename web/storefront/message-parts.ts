// Owns which source files say what comes together: `src/lib/page-texts.ts` says with which pages it comes.
import type { MessageParts } from '../build/split-messages.ts'

export const MESSAGE_PARTS: MessageParts = {
  /** What surrounds every page, and what the pages for browsing say before anybody asks for more. */
  first:
    /src\/(shell|features\/(search|catalog))\/(?!not-found|no-products|withdrawn-)|reviews\/reviews\.|cart\/(cart-drawer|problems)|lib\/(country|quantity|delivery)|packages\/ui\/(?!src\/password)/,
  /** What comes late on the pages for browsing, or in their place. */
  late: /features\/(catalog|reviews)\/|shell\/not-found/,
  /** Cart, checkout and signing in. */
  more: /features\/(cart|checkout|payment|session)\/(?!result-|verify-|address-change)|routes\/cart|src\/lib\/|packages\/ui\//,
}
