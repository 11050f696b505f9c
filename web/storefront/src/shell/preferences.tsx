// Owns the way to language, country and appearance: one button. Its dialog comes when it is first wanted.
import { useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { Globe } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'

const PreferencesDialog = lazy(() =>
  import('./preferences-dialog.tsx').then((file) => ({ default: file.PreferencesDialog })),
)

export function Preferences({ className }: { className: string }) {
  const { t } = useLingui()
  const [open, setOpen] = useState<boolean>()
  return (
    <>
      <button
        type="button"
        aria-label={t`Language, country and appearance`}
        aria-haspopup="dialog"
        className={className}
        onClick={() => setOpen(true)}
      >
        <Icon of={Globe} />
      </button>
      {open !== undefined && (
        <Suspense>
          <PreferencesDialog open={open} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
