// Owns the address of the bill: that of the delivery until told otherwise.
import { Trans } from '@lingui/react/macro'
import { Checkbox } from '@rialto/ui/checkbox.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { type Ref, useImperativeHandle, useRef, useState } from 'react'
import { type Address, addressOf, useAddressCheck } from '#lib/address-check.ts'
import { AddressFields } from '#lib/address-fields.tsx'
import { readCountry } from '#lib/country.ts'
import { useForm } from '#lib/form.ts'

export interface Billing {
  /** Null: as the delivery. Undefined: something is wrong with it, which the form then shows. */
  address: () => Address | null | undefined
}

const PREFIX = 'billing_'

export function BillingForm({ ref }: { ref: Ref<Billing> }) {
  const [isOther, setOther] = useState(false)
  const [country, setCountry] = useState(readCountry)
  const element = useRef<HTMLFormElement>(null)
  const typed = useRef<Address>(undefined)
  const form = useForm({
    check: useAddressCheck(PREFIX),
    send: async (values) => {
      typed.current = addressOf(values, PREFIX)
    },
    explain: () => [],
  })

  useImperativeHandle(ref, () => ({
    address: () => {
      if (!isOther) return null
      typed.current = undefined
      // Checked and kept before this returns.
      element.current?.requestSubmit()
      return typed.current
    },
  }))

  return (
    <form {...form.props} ref={element} className="grid gap-5">
      <Checkbox
        label={<Trans>The bill goes to another address</Trans>}
        checked={isOther}
        onChange={(event) => setOther(event.target.checked)}
      />
      {isOther && (
        <>
          <ErrorSummary errors={form.errors} attempt={form.attempt} />
          <AddressFields
            section="billing"
            prefix={PREFIX}
            address={{}}
            country={country}
            onCountry={setCountry}
            errorOf={form.errorOf}
          />
        </>
      )}
    </form>
  )
}
