// Owns the choice among saved views of a list, saving the one that is shown, and throwing one away.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Bookmark, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useSavedViews } from './use-saved-views.ts'

interface SavedViewsProps<Filter extends object> {
  /** The list that they are of; a word for the browser's memory. */
  list: string
  /** What is shown now. */
  filter: Filter
  onChoose: (filter: Filter) => void
}

export function SavedViews<Filter extends object>({ list, filter, onChoose }: SavedViewsProps<Filter>) {
  const { t } = useLingui()
  const [isOpen, setOpen] = useState(false)
  const { views, save, remove } = useSavedViews<Filter>(list)
  const close = () => setOpen(false)
  return (
    <>
      <Button tone="outline" size="small" onClick={() => setOpen(true)}>
        <Icon of={Bookmark} size={16} /> <Trans>My views</Trans>
      </Button>
      <Dialog open={isOpen} onClose={close} title={t`My views`}>
        <div className="grid gap-5">
          {views.length > 0 && (
            <ul className="grid gap-1">
              {views.map((view) => (
                <li key={view.name} className="flex items-center gap-2">
                  <Button
                    tone="quiet"
                    className="min-w-0 grow justify-start!"
                    onClick={() => {
                      onChoose(view.filter)
                      close()
                    }}
                  >
                    <span className="truncate">{view.name}</span>
                  </Button>
                  <Button
                    tone="quiet"
                    size="icon"
                    aria-label={t`Throw away the view ${view.name}`}
                    onClick={() => remove(view.name)}
                  >
                    <Icon of={Trash2} size={18} />
                  </Button>
                </li>
              ))}
            </ul>
          )}
          <form
            className="flex items-end gap-2"
            onSubmit={(event) => {
              event.preventDefault()
              const name = String(new FormData(event.currentTarget).get('view-name')).trim()
              if (!name) return
              save({ name, filter })
              close()
            }}
          >
            <Field
              name="view-name"
              label={t`Save what is shown now as`}
              hint={t`Kept in this browser for you alone; colleagues do not see it.`}
              className="grow"
            >
              {(wiring) => <Input {...wiring} name="view-name" required maxLength={60} autoComplete="off" />}
            </Field>
            <Button type="submit">
              <Trans>Save</Trans>
            </Button>
          </form>
        </div>
      </Dialog>
    </>
  )
}
