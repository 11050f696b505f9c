// Owns the panel that makes the chosen words a link, or takes the link away.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Input } from '@rialto/ui/input.tsx'
import type { Editor } from '@tiptap/react'
import { Link2 } from 'lucide-react'
import { useState } from 'react'
import { PopoverPanel } from '#lib/overlays/popover.tsx'

export function LinkPanel({ editor }: { editor: Editor }) {
  const { t } = useLingui()
  const [open, setOpen] = useState(false)
  const [address, setAddress] = useState('')

  function onOpenChange(next: boolean) {
    if (next) setAddress(String(editor.getAttributes('link')['href'] ?? ''))
    setOpen(next)
  }

  function apply(href: string) {
    const chain = editor.chain().focus().extendMarkRange('link')
    if (href === '') chain.unsetLink().run()
    else chain.setLink({ href: /^(https?:|mailto:|\/)/.test(href) ? href : `https://${href}` }).run()
    setOpen(false)
  }

  return (
    <PopoverPanel
      open={open}
      onOpenChange={onOpenChange}
      title={t`Link`}
      trigger={<Icon of={Link2} size={18} />}
      triggerLabel={t`Link`}
      triggerClassName="grid size-9 place-items-center rounded-control hover:bg-sunken data-popup-open:bg-sunken"
    >
      <div className="grid gap-3">
        <Field name="link-address" label={t`Address`} hint={t`Choose the words first.`}>
          {(wiring) => (
            <Input
              {...wiring}
              inputMode="url"
              value={address}
              placeholder="https://"
              onChange={(event) => setAddress(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return
                event.preventDefault()
                apply(address.trim())
              }}
            />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button tone="quiet" size="small" onClick={() => apply('')}>
            {t`Remove`}
          </Button>
          <Button size="small" onClick={() => apply(address.trim())}>
            {t`Set link`}
          </Button>
        </div>
      </div>
    </PopoverPanel>
  )
}
