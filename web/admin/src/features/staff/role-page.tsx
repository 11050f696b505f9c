// Owns the page of one role, and of a new one: its name, and what it allows.

import { zodResolver } from '@hookform/resolvers/zod'
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { Controller, useForm } from 'react-hook-form'
import { formErrors, useShowFieldProblems } from '#lib/form/form-errors.ts'
import { LeaveGuard } from '#lib/form/leave-guard.tsx'
import { SaveBar } from '#lib/form/save-bar.tsx'
import { z } from '#lib/form/zod.ts'
import { Page } from '#lib/page.tsx'
import { useMay } from '#lib/session.ts'
import { type Permission, type Role, roleMembersQuery, useSaveRole } from './api.ts'
import { DeleteRole } from './delete-role.tsx'
import { PermissionGrid } from './permission-grid.tsx'
import { useRefusal } from './use-refusal.ts'

/** Without a role it is a new one. */
export function RolePage({ role }: { role?: Role | undefined }) {
  const { t } = useLingui()
  const say = useToast()
  const may = useMay()
  const navigate = useNavigate()
  const refusal = useRefusal()
  const save = useSaveRole(!role)
  const [failure, setFailure] = useState<string>()
  const isReadOnly = role?.built_in === true || !may('roles:write')
  const { data: people = [] } = useQuery({
    ...roleMembersQuery(role?.name ?? ''),
    enabled: role !== undefined && !role.built_in,
  })
  const schema = useMemo(
    () =>
      z.object({
        title: z.string().trim().min(1, t`Give the role a name.`).max(60, t`The name is too long.`),
        permissions: z.array(z.custom<Permission>()).min(1, t`Choose at least one permission.`),
      }),
    [t],
  )
  type Values = z.infer<typeof schema>
  const form = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { title: role?.title ?? '', permissions: role?.permissions ?? [] },
  })
  const { errors, dirtyFields, isDirty, submitCount } = form.formState
  const showProblems = useShowFieldProblems(form, { name: 'title' })
  const changes = [...(dirtyFields.title ? [t`Name`] : []), ...(dirtyFields.permissions ? [t`Permissions`] : [])]

  async function submit(values: Values) {
    setFailure(undefined)
    try {
      const saved = await save.mutateAsync({ name: role?.name ?? nameOf(values.title), ...values })
      form.reset({ title: saved.title, permissions: saved.permissions })
      say({ text: t`${saved.title} is saved` })
      if (!role) await navigate({ to: '/settings/roles/$name', params: { name: saved.name }, ignoreBlocker: true })
    } catch (error) {
      if (!showProblems(error)) setFailure(refusal(error))
    }
  }

  return (
    <Page
      title={role?.title ?? t`New role`}
      above={[{ label: t`Roles`, link: { to: '/settings/roles' } }]}
      actions={role && !isReadOnly && <DeleteRole role={role} people={people.length} />}
    >
      <LeaveGuard active={isDirty} />
      <form noValidate onSubmit={form.handleSubmit(submit)} className="grid grid-cols-1 gap-5">
        <ErrorSummary
          errors={[...formErrors(errors), ...(failure ? [{ message: failure }] : [])]}
          attempt={submitCount}
        />
        {role?.built_in && (
          <p className="rounded-card bg-sunken p-4">
            <Trans>This role is part of the shop and stays as it is.</Trans>
          </p>
        )}
        {people.length > 0 && !isReadOnly && (
          <p className="rounded-card bg-sunken p-4">
            {plural(people.length, {
              one: '# person has this role. They are signed out when its permissions change.',
              other: '# people have this role. They are signed out when its permissions change.',
            })}
          </p>
        )}
        {!role?.built_in && (
          <Field name="title" label={t`Name`} error={errors.title?.message} className="max-w-md">
            {(wiring) => <Input {...wiring} {...form.register('title')} disabled={isReadOnly} autoComplete="off" />}
          </Field>
        )}
        <Card title={t`Permissions`}>
          <Controller
            control={form.control}
            name="permissions"
            render={({ field }) => (
              <PermissionGrid
                value={field.value}
                onChange={field.onChange}
                readOnly={isReadOnly}
                error={errors.permissions?.message}
              />
            )}
          />
        </Card>
        {role ? (
          <SaveBar changes={changes} busy={save.isPending} onDiscard={() => form.reset()} />
        ) : (
          <Button type="submit" busy={save.isPending} className="justify-self-start">
            <Trans>Make the role</Trans>
          </Button>
        )}
      </form>
    </Page>
  )
}

/** What the shop calls a role for good: "Head of stock" is `head-of-stock`. */
function nameOf(title: string): string {
  return title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
}
