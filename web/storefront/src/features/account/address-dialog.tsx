// Owns adding and changing an address of the book.
import { Trans, useLingui } from '@lingui/react/macro'
import { newIdempotencyKey } from '@rialto/api/client.ts'
import { fieldProblems, ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Checkbox } from '@rialto/ui/checkbox.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { ErrorSummary, type FormError } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useId, useState } from 'react'
import { type Address, addressOf, useAddressCheck } from '#lib/address-check.ts'
import { AddressFields } from '#lib/address-fields.tsx'
import { readCountry } from '#lib/country.ts'
import { useForm } from '#lib/form.ts'
import { useUser } from '#lib/session.ts'
import { type AddressEntry, useSaveAddress } from './api.ts'

interface AddressDialogProps {
  /** Absent for a new one. */
  entry: AddressEntry | undefined
  isFirst: boolean
  onClose: () => void
}

export function AddressDialog({ entry, isFirst, onClose }: AddressDialogProps) {
  const { t } = useLingui()
  const { name, phone } = useUser()
  const save = useSaveAddress()
  const explain = useExplain()
  const formId = useId()
  const [key] = useState(newIdempotencyKey)
  const known: Partial<Address> = entry?.address ?? { name, phone }
  const [country, setCountry] = useState(known.country ?? readCountry())

  const form = useForm({
    check: useAddressCheck(),
    send: async (values) => {
      const written = {
        address: addressOf(values),
        label: values['label']?.trim() || null,
        default_shipping: values['default_shipping'] === 'on',
        default_billing: values['default_billing'] === 'on',
      }
      await save.mutateAsync({ id: entry?.id, key, entry: written })
      onClose()
    },
    explain: refusals,
  })

  function refusals(error: Error): FormError[] {
    if (error instanceof ProblemError && error.code === 'too_many_addresses') {
      return [{ message: t`Your address book is full. Delete an address first.` }]
    }
    const fields = [...fieldProblems(error).keys()].map((path) => path.replace('address.', ''))
    if (fields.length === 0) return [{ message: explain(error) }]
    return fields.map((field) => ({
      name: field,
      message:
        field === 'phone'
          ? t`Enter a phone number with its country code, like +49 30 123456.`
          : t`The shop cannot use this. Please check it.`,
    }))
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={entry ? t`Edit the address` : t`Add an address`}
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" form={formId} busy={form.isSending}>
            {form.isSending ? t`Saving…` : t`Save`}
          </Button>
        </>
      }
    >
      <form {...form.props} id={formId} className="grid gap-5">
        <ErrorSummary errors={form.errors} attempt={form.attempt} />
        <AddressFields address={known} country={country} onCountry={setCountry} errorOf={form.errorOf} />
        <Field name="label" label={t`Name of this address`} hint={t`For you, such as Home or Office`} optional>
          {(wiring) => (
            <Input {...wiring} name="label" maxLength={60} autoComplete="off" defaultValue={entry?.label ?? ''} />
          )}
        </Field>
        <fieldset className="grid">
          <legend className="font-medium">
            <Trans>Use it first for</Trans>
          </legend>
          <Checkbox name="default_shipping" label={t`Deliveries`} defaultChecked={entry?.default_shipping ?? isFirst} />
          <Checkbox name="default_billing" label={t`Invoices`} defaultChecked={entry?.default_billing ?? isFirst} />
        </fieldset>
      </form>
    </Dialog>
  )
}
