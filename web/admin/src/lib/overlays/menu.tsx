// Owns menus of actions behind a button. Only pages import it: Base UI is too large for the shell.
import { Menu } from '@base-ui/react/menu'
import { Button, type ButtonSize, type ButtonTone } from '@rialto/ui/button.tsx'
import { classes } from '@rialto/ui/classes.ts'
import { Icon } from '@rialto/ui/icon.tsx'
import { EllipsisVertical, type LucideIcon } from 'lucide-react'
import { type ReactNode, useRef } from 'react'

export interface Action {
  label: string
  icon?: LucideIcon
  onSelect?: () => void
  /** A link to another app of the shop, in place of `onSelect`. */
  href?: string
  danger?: boolean
  /** Why it cannot be done now; the action stays visible and says so. */
  refusal?: ReactNode
}

interface ActionMenuProps {
  /** What the menu is for: "Actions of Stoneware Mug". */
  label: string
  actions: ReadonlyArray<Action | false | undefined>
  /** What stands in the button; three dots if absent. */
  children?: ReactNode
  tone?: ButtonTone
  size?: ButtonSize
}

export function ActionMenu({ label, actions, children, tone = 'quiet', size = 'icon' }: ActionMenuProps) {
  const chosen = useRef<() => void>(undefined)

  // The action waits until the menu is gone and its button has the focus again: a dialog that opens then gives the
  // focus back to that button, and not to an entry that no longer exists.
  function onOpenChangeComplete(isOpen: boolean) {
    if (isOpen || !chosen.current) return
    const run = chosen.current
    chosen.current = undefined
    requestAnimationFrame(run)
  }

  return (
    <Menu.Root onOpenChangeComplete={onOpenChangeComplete}>
      <Menu.Trigger render={<Button tone={tone} size={size} />} aria-label={label}>
        {children ?? <Icon of={EllipsisVertical} />}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={6} className="z-40 outline-none">
          <Menu.Popup className="min-w-48 rounded-card border border-line bg-card p-1.5 text-ink shadow-over outline-none">
            {actions.map(
              (action) =>
                action && (
                  <Entry key={action.label} action={action} onChoose={() => (chosen.current = action.onSelect)} />
                ),
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

interface EntryProps {
  action: Action
  onChoose: () => void
}

function Entry({ action: { label, icon, href, danger = false, refusal }, onChoose }: EntryProps) {
  const look = classes(
    'flex min-h-10 w-full cursor-pointer items-center gap-3 rounded-control px-3 text-start outline-none',
    'data-disabled:cursor-default data-disabled:text-soft data-highlighted:bg-sunken',
    danger && !refusal && 'text-bad',
  )
  const content = (
    <>
      {icon && <Icon of={icon} size={18} />}
      <span>
        {label}
        {refusal && <span className="block text-sm text-soft">{refusal}</span>}
      </span>
    </>
  )
  if (href) {
    return (
      <Menu.LinkItem href={href} className={look}>
        {content}
      </Menu.LinkItem>
    )
  }
  return (
    <Menu.Item disabled={Boolean(refusal)} onClick={onChoose} className={look}>
      {content}
    </Menu.Item>
  )
}
