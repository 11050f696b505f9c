// Owns the places of the admin, in the order of the sidebar and of the palette. At most nine.

import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { LinkProps } from '@tanstack/react-router'
import {
  CreditCard,
  LayoutDashboard,
  type LucideIcon,
  Mail,
  Package,
  Settings,
  ShoppingBag,
  Star,
  Truck,
  Undo2,
  Users,
} from 'lucide-react'
import type { Permission } from '#lib/session.ts'

export interface Place {
  to: NonNullable<LinkProps['to']>
  label: MessageDescriptor
  icon: LucideIcon
  /** Whoever lacks it does not see the place. */
  needs?: Permission
  /** Pages below another place: they are in the palette, not in the sidebar. */
  within?: true
  /** Only the page itself counts as this place. */
  exact?: true
  /** Where pages of this place stand that are not below it. */
  also?: readonly Place['to'][]
}

export const PLACES: readonly Place[] = [
  { to: '/', label: msg`Dashboard`, icon: LayoutDashboard, needs: 'orders:read', exact: true },
  { to: '/orders', label: msg`Orders`, icon: ShoppingBag, needs: 'orders:read' },
  { to: '/orders/returns', label: msg`Returns`, icon: Undo2, needs: 'orders:read', within: true },
  {
    to: '/products',
    label: msg`Products`,
    icon: Package,
    needs: 'catalog:read',
    also: ['/categories', '/stock', '/promotions', '/imports'],
  },
  { to: '/categories', label: msg`Categories`, icon: Package, needs: 'catalog:read', within: true },
  { to: '/stock', label: msg`Stock`, icon: Package, needs: 'inventory:read', within: true },
  { to: '/promotions', label: msg`Promotions`, icon: Package, needs: 'orders:read', within: true },
  { to: '/imports', label: msg`Import products`, icon: Package, needs: 'catalog:read', within: true },
  { to: '/customers', label: msg`Customers`, icon: Users, needs: 'users:read' },
  { to: '/reviews', label: msg`Reviews`, icon: Star, needs: 'reviews:moderate' },
  { to: '/shipping', label: msg`Shipping`, icon: Truck, needs: 'shipping:read' },
  { to: '/shipping/zones', label: msg`Zones and rates`, icon: Truck, needs: 'shipping:read', within: true },
  { to: '/shipping/try', label: msg`Try the delivery prices`, icon: Truck, needs: 'shipping:read', within: true },
  { to: '/payments', label: msg`Payments`, icon: CreditCard, needs: 'payments:read' },
  { to: '/payments/disputes', label: msg`Disputes`, icon: CreditCard, needs: 'payments:read', within: true },
  {
    to: '/payments/reconciliation',
    label: msg`Reconciliation`,
    icon: CreditCard,
    needs: 'payments:read',
    within: true,
  },
  { to: '/notifications', label: msg`Notifications`, icon: Mail, needs: 'notifications:read' },
  { to: '/notifications/templates', label: msg`Templates`, icon: Mail, needs: 'notifications:read', within: true },
  {
    to: '/notifications/suppressions',
    label: msg`Not written to`,
    icon: Mail,
    needs: 'notifications:read',
    within: true,
  },
  { to: '/settings', label: msg`Settings`, icon: Settings, needs: 'users:read' },
  { to: '/settings/roles', label: msg`Roles`, icon: Settings, needs: 'users:read', within: true },
  { to: '/settings/shop', label: msg`Settings of the shop`, icon: Settings, needs: 'users:read', within: true },
  { to: '/settings/events', label: msg`Events and health`, icon: Settings, needs: 'events:read', within: true },
]
