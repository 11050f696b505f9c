// Owns the wish to be told when something sold out can be had again.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { looksLikeEmail, useForm } from '#lib/form.ts'
import { profileQuery } from '#lib/session.ts'
import { askForRestock, type Product } from './api.ts'

export function NotifyMe({ product, sku }: { product: Product; sku: string }) {
  const { t, i18n } = useLingui()
  const explain = useExplain()
  const queryClient = useQueryClient()
  const user = useQuery(profileQuery).data
  const ask = useMutation({
    mutationFn: (email: string) => askForRestock(product.slug, { email, sku, locale: i18n.locale }),
  })
  const form = useForm({
    check: ({ email = '' }) => ({
      email: !looksLikeEmail(email) && t`Enter your e-mail address, like name@example.org.`,
    }),
    send: ({ email = '' }) => ask.mutateAsync(email.trim()),
    explain: (error) => {
      const code = error instanceof ProblemError ? error.code : undefined
      if (code === 'in_stock') void queryClient.invalidateQueries({ queryKey: ['product', product.slug] })
      return [{ name: 'email', message: code === 'in_stock' ? t`It is back: you can buy it now.` : explain(error) }]
    },
  })

  if (ask.isSuccess) {
    return (
      <p role="status" className="rounded-card bg-good-soft px-5 py-4">
        <Trans>
          We write to <strong>{ask.variables}</strong> once, when it is back.
        </Trans>
      </p>
    )
  }
  return (
    <form {...form.props} className="grid gap-3 rounded-card border border-line p-5">
      <Field
        name="email"
        label={t`Tell me when it is back`}
        hint={t`One mail, and nothing else.`}
        error={form.errorOf('email')}
      >
        {(wiring) => (
          <Input
            {...wiring}
            key={user?.email}
            name="email"
            type="email"
            inputMode="email"
            autoComplete="email"
            defaultValue={user?.email}
            required
          />
        )}
      </Field>
      <Button type="submit" tone="outline" busy={form.isSending} className="justify-self-start">
        {form.isSending ? t`Sending…` : t`Tell me`}
      </Button>
    </form>
  )
}
