// Owns the question before unsaved work is left: by a link, by the back button, by closing the tab.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { useBlocker } from '@tanstack/react-router'

export function LeaveGuard({ active }: { active: boolean }) {
  const { t } = useLingui()
  const blocker = useBlocker({
    // Filters and tabs in the URL are part of the same page.
    shouldBlockFn: ({ current, next }) => active && current.pathname !== next.pathname,
    enableBeforeUnload: () => active,
    withResolver: true,
  })
  const isBlocked = blocker.status === 'blocked'
  return (
    <Dialog
      open={isBlocked}
      onClose={() => blocker.reset?.()}
      title={t`Leave without saving?`}
      actions={
        <>
          <Button tone="danger" onClick={() => blocker.proceed?.()}>
            <Trans>Leave, lose the changes</Trans>
          </Button>
          <Button onClick={() => blocker.reset?.()}>
            <Trans>Stay here</Trans>
          </Button>
        </>
      }
    >
      <p>
        <Trans>What you changed on this page is not saved yet.</Trans>
      </p>
    </Dialog>
  )
}
