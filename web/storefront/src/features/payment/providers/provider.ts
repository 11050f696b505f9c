// Owns what a payment provider's card form is to the shop: something that turns a card into a token.
import type { ComponentType, Ref } from 'react'

export interface CardForm {
  /** A token for the card that was typed; undefined if something is wrong with it, which the form then shows. */
  tokenize: () => Promise<string | undefined>
}

export interface CardFormProps {
  ref: Ref<CardForm>
}

export type Provider = ComponentType<CardFormProps>
