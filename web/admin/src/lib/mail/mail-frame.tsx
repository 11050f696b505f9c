// Owns how a mail is shown: rendered in a frame that can do nothing, as wide as a phone or a desk, light or dark.
import { useMemo } from 'react'
import { framedMail } from './mail-html.ts'

interface MailFrameProps {
  title: string
  html: string
  isPhone: boolean
  isDark: boolean
}

export function MailFrame({ title, html, isPhone, isDark }: MailFrameProps) {
  const content = useMemo(() => framedMail(html, { isDark, nonce: nonceOfPage() }), [html, isDark])
  return (
    <iframe
      title={title}
      sandbox=""
      srcDoc={content}
      className={`h-[42rem] max-h-[80dvh] w-full rounded-card border border-line bg-white ${isPhone ? 'max-w-[390px]' : ''}`}
    />
  )
}

function nonceOfPage(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce || undefined
}
