// Owns writing a note about an order for the others who work here.
import { useLingui } from '@lingui/react/macro'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Textarea } from '@rialto/ui/input.tsx'
import { useState } from 'react'
import { ActionButton } from '#lib/action-button.tsx'
import { useBlocked } from '#lib/use-blocked.ts'
import { useNoteOrder } from './api.ts'

const MAX_LENGTH = 2000

export function NoteForm({ orderId }: { orderId: string }) {
  const { t } = useLingui()
  const blocked = useBlocked()('orders:write')
  const note = useNoteOrder(orderId)
  const [text, setText] = useState('')
  return (
    <form
      className="mb-5 grid justify-items-start gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim()) note.mutate(text.trim(), { onSuccess: () => setText('') })
      }}
    >
      <Field
        name="note"
        label={t`Note`}
        hint={t`For those who work here. The buyer does not see it.`}
        className="w-full"
      >
        {(wiring) => (
          <Textarea
            {...wiring}
            rows={2}
            maxLength={MAX_LENGTH}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Field>
      {note.error && <ErrorState error={note.error} title={t`The note is not kept`} />}
      <ActionButton type="submit" tone="outline" size="small" blocked={blocked} busy={note.isPending}>
        {t`Keep the note`}
      </ActionButton>
    </form>
  )
}
