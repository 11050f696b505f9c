// Owns the first section: who buys, and where it goes.
import { Trans, useLingui } from '@lingui/react/macro'
import { fieldProblems } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { type Address, addressOf, useAddressCheck } from '#lib/address-check.ts'
import { AddressFields } from '#lib/address-fields.tsx'
import { chooseCountry, readCountry } from '#lib/country.ts'
import { looksLikeEmail, useForm } from '#lib/form.ts'
import type { Cart, Drafts } from './api.ts'
import type { Buyer } from './buyer.ts'
import { keepDraft, readDraft } from './draft.ts'

interface ContactSectionProps {
  cart: Cart
  buyer: Buyer
  save: (drafts: Drafts) => Promise<unknown>
  onDone: () => void
}

export function ContactSection({ cart, buyer, save, onDone }: ContactSectionProps) {
  const { t } = useLingui()
  const checkAddress = useAddressCheck()
  const explain = useExplain()
  const [{ email, address }] = useState(() => knownBefore(cart, buyer))
  const [country, setCountry] = useState(address.country ?? readCountry())

  const askForEmail = t`Enter your e-mail address, like name@example.org.`
  const form = useForm({
    check: (values) => ({
      email: !looksLikeEmail(values['email'] ?? '') && askForEmail,
      ...checkAddress(values),
    }),
    send: async (values) => {
      const shipping_address = addressOf(values)
      await save({ email: values['email']?.trim() ?? null, shipping_address, shipping_option: null })
      chooseCountry(shipping_address.country)
      onDone()
    },
    explain: (error) => {
      const fields = [...fieldProblems(error).keys()].map((path) => path.replace('shipping_address.', ''))
      if (fields.length === 0) return [{ message: explain(error) }]
      return fields.map((name) => ({
        name,
        message: name === 'email' ? askForEmail : t`Check this field: the shop could not read it.`,
      }))
    },
  })

  return (
    <form
      {...form.props}
      className="grid gap-5"
      onInput={(event) => {
        form.props.onInput(event)
        keepDraft(event.currentTarget)
      }}
    >
      <ErrorSummary errors={form.errors} attempt={form.attempt} />
      {!buyer.isSignedIn && (
        <p className="text-soft">
          <Trans>
            No account needed. If you have one,{' '}
            <Link
              to="/login"
              search={{ next: '/checkout' }}
              className="text-ink underline underline-offset-4 hover:text-accent"
            >
              sign in
            </Link>{' '}
            to fill this in.
          </Trans>
        </p>
      )}
      <Field
        name="email"
        label={t`E-mail`}
        hint={t`For the confirmation and news of the parcel`}
        error={form.errorOf('email')}
      >
        {(wiring) => (
          <Input
            {...wiring}
            name="email"
            type="email"
            inputMode="email"
            autoComplete="shipping email"
            spellCheck={false}
            required
            defaultValue={email}
          />
        )}
      </Field>
      <AddressFields
        section="shipping"
        address={address}
        country={country}
        onCountry={setCountry}
        errorOf={form.errorOf}
      />
      <Button
        type="submit"
        tone="accent"
        size="large"
        busy={form.isSending}
        className="mt-2 max-sm:w-full sm:justify-self-start"
      >
        {form.isSending ? t`Saving…` : t`Continue to delivery`}
      </Button>
    </form>
  )
}

/** What was typed in this tab, else what the cart keeps, else what the account knows. */
function knownBefore(cart: Cart, buyer: Buyer): { email: string; address: Partial<Address> } {
  const { email, ...typed } = readDraft()
  return {
    email: email || cart.email || buyer.email || '',
    address: { name: buyer.name ?? '', ...(cart.shipping_address ?? buyer.address), ...typed },
  }
}
