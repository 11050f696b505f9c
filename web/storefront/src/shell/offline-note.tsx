// Owns the word that the network is gone: what is shown may be old, what is sent waits.
import { Trans } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { CloudOff } from 'lucide-react'
import { useSyncExternalStore } from 'react'

export function OfflineNote() {
  const isOnline = useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  )
  return (
    <div role="status" className="sticky bottom-0 z-40">
      {!isOnline && (
        <p className="border-warn border-t bg-warn-soft text-warn">
          <span className="page flex items-center gap-3 py-3 font-medium">
            <Icon of={CloudOff} size={20} />
            <Trans>You are offline. What you see may be out of date, and what you send waits until you are back.</Trans>
          </span>
        </p>
      )}
    </div>
  )
}

function subscribe(changed: () => void): () => void {
  addEventListener('online', changed)
  addEventListener('offline', changed)
  return () => {
    removeEventListener('online', changed)
    removeEventListener('offline', changed)
  }
}
