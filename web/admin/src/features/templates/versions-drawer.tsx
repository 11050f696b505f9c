// Owns the earlier versions of a text: reading them, going back to one, or to the text that came with the shop.
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Button } from '@rialto/ui/button.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { Drawer } from '@rialto/ui/drawer.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type Text, textQuery, useRevertText, versionsQuery } from './api.ts'

interface VersionsDrawerProps {
  open: boolean
  text: Text
  mayWrite: boolean
  onRestore: (version: Text) => void
  onReverted: (builtIn: Text) => void
  onClose: () => void
}

export function VersionsDrawer({ open, onClose, ...rest }: VersionsDrawerProps) {
  const { t } = useLingui()
  return (
    <Drawer open={open} onClose={onClose} title={t`Versions`}>
      <Versions {...rest} onClose={onClose} />
    </Drawer>
  )
}

function Versions({ text, mayWrite, onRestore, onReverted, onClose }: Omit<VersionsDrawerProps, 'open'>) {
  const { t } = useLingui()
  const say = useToast()
  const queryClient = useQueryClient()
  const { name, language } = text
  const versions = useQuery(versionsQuery(name, language))
  const revert = useRevertText(name, language)

  function goBack() {
    revert.mutate(undefined, {
      onSuccess: async () => {
        onReverted(await queryClient.fetchQuery({ ...textQuery(name, language), staleTime: 0 }))
        say({ text: t`The built-in text is used again` })
        onClose()
      },
    })
  }

  if (versions.error) {
    return (
      <ErrorState error={versions.error} title={t`The versions could not be loaded`} retry={() => versions.refetch()} />
    )
  }
  if (versions.isPending) {
    return (
      <Loading>
        <Skeleton className="h-40" />
      </Loading>
    )
  }
  return (
    <div className="grid gap-4">
      {versions.data.length === 0 && (
        <p className="text-soft">
          <Trans>This text was never changed. Each save keeps the version before it here.</Trans>
        </p>
      )}
      <ol className="grid grid-cols-1">
        {versions.data.map((version) => (
          <li key={version.version} className="grid gap-2 border-line border-b py-3 first:pt-0">
            <div className="flex flex-wrap items-center gap-2">
              <span className="font-medium">
                <Trans>Version {version.version}</Trans>
              </span>
              {version.version === text.version && <Badge tone="good">{t`in use`}</Badge>}
              {version.built_in && <Badge>{t`built in`}</Badge>}
              {version.saved_at && (
                <span className="text-sm text-soft">
                  <RelativeTime at={version.saved_at} />
                </span>
              )}
            </div>
            {!version.built_in && (
              <>
                <p className="text-sm">{version.subject}</p>
                <details className="text-sm">
                  <summary className="min-h-8 text-soft">{t`Body`}</summary>
                  <pre className="max-h-60 overflow-auto rounded-control bg-sunken p-3 whitespace-pre-wrap">
                    {version.body}
                  </pre>
                </details>
                {mayWrite && version.version !== text.version && (
                  <Button tone="outline" size="small" className="justify-self-start" onClick={() => onRestore(version)}>
                    <Trans>Bring it back</Trans>
                  </Button>
                )}
              </>
            )}
          </li>
        ))}
      </ol>
      {mayWrite && !text.built_in && (
        <>
          {revert.error && <ErrorState error={revert.error} title={t`That did not work`} />}
          <Button tone="danger" busy={revert.isPending} onClick={goBack} className="justify-self-start">
            <Trans>Use the built-in text again</Trans>
          </Button>
        </>
      )}
    </div>
  )
}
