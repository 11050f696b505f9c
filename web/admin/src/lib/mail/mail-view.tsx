// Owns the ways to look at a mail: on a desk, on a phone, in the dark, as plain text.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { FileText, Monitor, Moon, Smartphone } from 'lucide-react'
import { useState } from 'react'
import { MailFrame } from './mail-frame.tsx'

type Way = 'desk' | 'phone' | 'text'

interface MailViewProps {
  title: string
  html: string | null | undefined
  text: string | null | undefined
}

export function MailView({ title, html, text }: MailViewProps) {
  const { t } = useLingui()
  const [chosen, setWay] = useState<Way>('desk')
  const [isDark, setDark] = useState(false)
  const way = html ? chosen : 'text'
  const ways = [
    { key: 'desk', label: t`Desktop`, icon: Monitor, possible: Boolean(html) },
    { key: 'phone', label: t`Phone`, icon: Smartphone, possible: Boolean(html) },
    { key: 'text', label: t`Plain text`, icon: FileText, possible: Boolean(text) },
  ] as const
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-2">
        {ways
          .filter(({ possible }) => possible)
          .map(({ key, label, icon }) => (
            <Button
              key={key}
              tone={key === way ? 'ink' : 'outline'}
              size="small"
              className="min-h-11!"
              aria-pressed={key === way}
              onClick={() => setWay(key)}
            >
              <Icon of={icon} size={16} /> {label}
            </Button>
          ))}
        {way !== 'text' && (
          <Button
            tone={isDark ? 'ink' : 'outline'}
            size="small"
            className="min-h-11!"
            aria-pressed={isDark}
            onClick={() => setDark(!isDark)}
          >
            <Icon of={Moon} size={16} /> {t`Dark`}
          </Button>
        )}
      </div>
      {way === 'text' || !html ? (
        <pre className="rounded-card border border-line bg-card p-5 whitespace-pre-wrap">{text}</pre>
      ) : (
        <MailFrame title={title} html={html} isPhone={way === 'phone'} isDark={isDark} />
      )}
    </div>
  )
}
