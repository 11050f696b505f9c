// Owns the frame of the cart's drawer.
import { Trans } from '@lingui/react/macro'
import { Drawer } from '@rialto/ui/drawer.tsx'
import { CartDrawerContent } from './cart-drawer-content.tsx'
import { closeCartDrawer } from './drawer-state.ts'

export function CartDrawerPanel({ added }: { added: string | undefined }) {
  return (
    <Drawer open={added !== undefined} onClose={closeCartDrawer} title={<Trans>Added to your cart</Trans>}>
      {added !== undefined && <CartDrawerContent added={added} />}
    </Drawer>
  )
}
