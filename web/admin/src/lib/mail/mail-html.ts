// Owns the making ready of a mail's HTML for a frame inside of the admin. The frame runs no scripts and has no origin;
// but it inherits our security policy, which forbids `style="…"`: those become rules of a style sheet with our nonce.

export interface MailLook {
  isDark: boolean
  nonce: string | undefined
}

export function framedMail(html: string, { isDark, nonce }: MailLook): string {
  const rules: string[] = []
  const body = html.replaceAll(/\sstyle="([^"]*)"/g, (_, declarations: string) => {
    rules.push(`[data-look="${rules.length}"]{${plainText(declarations)}}`)
    return ` data-look="${rules.length - 1}"`
  })
  const scheme = isDark ? 'dark' : 'light'
  const sheet = `<style>${rules.join('\n')}\n:root{color-scheme:${scheme}!important}</style>`
  // Whoever reads here sees the mail as it looks there, whatever their own screen prefers.
  const looked = body.replaceAll(/\(prefers-color-scheme:\s*(dark|light)\)/g, (_, wanted: string) =>
    wanted === scheme ? 'all' : 'not all',
  )
  // Without a place to open in, links of the mail do nothing.
  const framed = looked.replace('</head>', `<base target="_blank">${sheet}</head>`)
  return nonce ? framed.replaceAll('<style>', `<style nonce="${nonce}">`) : framed
}

/** The inside of an attribute as text; a sheet of rules must not end early. */
function plainText(attribute: string): string {
  return attribute
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/[<{}]/g, '')
}
