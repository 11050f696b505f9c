// Owns the button that opens the beginning of a product.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { CreateDialog } from './create-dialog.tsx'

export function CreateButton() {
  const { t } = useLingui()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        <Icon of={Plus} /> {t`New product`}
      </Button>
      <CreateDialog open={isOpen} onClose={() => setOpen(false)} />
    </>
  )
}
