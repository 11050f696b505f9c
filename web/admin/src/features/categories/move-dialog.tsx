// Owns the move of a category, with all that is below it, to another place in the tree.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Radio, RadioGroup } from '@rialto/ui/checkbox.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { useState } from 'react'
import { type CategoryNode, flatten, pathOf } from '#lib/category-tree.ts'
import { inputOf, useSaveCategory } from './api.ts'

interface MoveDialogProps {
  category: CategoryNode
  tree: readonly CategoryNode[]
  onClose: () => void
}

export function MoveDialog({ category, tree, onClose }: MoveDialogProps) {
  const { t } = useLingui()
  const save = useSaveCategory()
  const [parent, setParent] = useState(category.parent_id ?? '')
  const own = new Set(flatten([category]).map(({ id }) => id))
  // Below itself or what is below it, a category would vanish from the tree.
  const places = flatten(tree).filter(({ id }) => !own.has(id))
  const target = places.find(({ id }) => id === parent)
  const isTooDeep = save.error instanceof ProblemError && save.error.errors.some(({ code }) => code === 'too_deep')

  function move() {
    const position = target ? target.children.length : tree.length
    const input = { ...inputOf(category), parent: parent || null, position }
    save.mutate({ id: category.id, input }, { onSuccess: onClose })
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Move ${category.title}`}
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button busy={save.isPending} disabled={parent === (category.parent_id ?? '')} onClick={move}>
            {save.isPending ? t`Moving…` : t`Move`}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <p>
          {t`${plural(own.size - 1, {
            0: 'Nothing is below it.',
            one: 'The category below it moves along.',
            other: 'The # categories below it move along.',
          })}`}{' '}
          {t`Its products stay in it.`}
        </p>
        <RadioGroup name="parent" legend={t`Where to`}>
          <Radio name="parent" checked={parent === ''} onChange={() => setParent('')} label={t`To the top`} />
          {places.map((place) => (
            <Radio
              key={place.id}
              name="parent"
              checked={parent === place.id}
              onChange={() => setParent(place.id)}
              label={pathOf(place)}
              aside={place.id === category.parent_id && <span className="text-sm text-soft">{t`where it is`}</span>}
            />
          ))}
        </RadioGroup>
        {save.error && (
          <ErrorState error={save.error} title={t`The category was not moved`}>
            {isTooDeep && t`The tree would have too many levels.`}
          </ErrorState>
        )}
      </div>
    </Dialog>
  )
}
