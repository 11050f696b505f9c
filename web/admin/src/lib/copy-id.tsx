// Owns ids and other codes that people carry elsewhere: shown short, copied whole.
import { useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { Copy } from 'lucide-react'

export function CopyId({ value, label }: { value: string; label?: string }) {
  const { t } = useLingui()
  const say = useToast()
  return (
    <button
      type="button"
      title={value}
      onClick={() => navigator.clipboard.writeText(value).then(() => say({ text: t`Copied` }))}
      className="-mx-1.5 inline-flex min-h-8 max-w-full items-center gap-1.5 rounded-control px-1.5 font-mono text-sm hover:bg-sunken"
    >
      <span className="sr-only">{t`Copy`} </span>
      <span className={label ? 'whitespace-nowrap' : 'truncate'}>{label ?? value}</span>
      <Icon of={Copy} size={14} className="text-soft" />
    </button>
  )
}
