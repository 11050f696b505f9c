// Owns the bar above each page: the sidebar's switch, the palette's button, the person's menu.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { PanelLeft, Search } from 'lucide-react'
import { EnvironmentBadge } from './environment-badge.tsx'
import { openPalette } from './palette.tsx'
import { UserMenu } from './user-menu.tsx'

export function TopBar({ collapsed, onToggle }: { collapsed: boolean; onToggle: () => void }) {
  const { t } = useLingui()
  return (
    <header className="flex items-center print:hidden gap-2 border-line border-b px-3 py-2">
      <Button
        tone="quiet"
        size="icon"
        className="max-md:hidden"
        aria-label={collapsed ? t`Widen the sidebar` : t`Narrow the sidebar`}
        onClick={onToggle}
      >
        <Icon of={PanelLeft} mirrored />
      </Button>
      <Button
        tone="outline"
        size="small"
        className="min-h-11! grow justify-start! text-soft! sm:max-w-sm"
        onClick={openPalette}
      >
        <Icon of={Search} size={16} />
        <Trans>Go to…</Trans>
        <kbd className="ms-auto text-xs max-sm:hidden">{isApple() ? '⌘K' : 'Ctrl K'}</kbd>
      </Button>
      <div className="ms-auto flex items-center gap-3">
        <span className="max-sm:hidden">
          <EnvironmentBadge />
        </span>
        <UserMenu />
      </div>
    </header>
  )
}

function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent)
}
