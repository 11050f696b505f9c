// Owns what permissions are called and allow, by the part of the shop that they open.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Permission } from './api.ts'

export interface PermissionGroup {
  part: MessageDescriptor
  /** To look at it. */
  see?: { permission: Permission; allows: MessageDescriptor }
  /** To do something with it. */
  act?: { permission: Permission; allows: MessageDescriptor }
}

export const GROUPS: readonly PermissionGroup[] = [
  {
    part: msg`Orders`,
    see: { permission: 'orders:read', allows: msg`See orders, returns and the dashboard` },
    act: { permission: 'orders:write', allows: msg`Fulfil, change and cancel orders` },
  },
  { part: msg`Returns`, act: { permission: 'returns:write', allows: msg`Approve, inspect and settle returns` } },
  {
    part: msg`Payments`,
    see: { permission: 'payments:read', allows: msg`See payments, disputes and the books` },
    act: { permission: 'payments:refund', allows: msg`Take money, give it back, answer disputes` },
  },
  {
    part: msg`Shipping`,
    see: { permission: 'shipping:read', allows: msg`See shipments, zones and rates` },
    act: { permission: 'shipping:write', allows: msg`Pack and ship, change zones and rates` },
  },
  {
    part: msg`Catalogue`,
    see: { permission: 'catalog:read', allows: msg`See drafts and withdrawn products` },
    act: { permission: 'catalog:write', allows: msg`Change products, categories and promotions` },
  },
  {
    part: msg`Stock`,
    see: { permission: 'inventory:read', allows: msg`See stock and its movements` },
    act: { permission: 'inventory:write', allows: msg`Correct the stock` },
  },
  { part: msg`Reviews`, act: { permission: 'reviews:moderate', allows: msg`Approve, reject and answer reviews` } },
  {
    part: msg`Notifications`,
    see: { permission: 'notifications:read', allows: msg`Read what was sent, and the templates` },
    act: { permission: 'notifications:send', allows: msg`Send messages, change templates` },
  },
  {
    part: msg`Accounts`,
    see: { permission: 'users:read', allows: msg`See customers and staff` },
    act: { permission: 'users:write', allows: msg`Shut and open accounts` },
  },
  { part: msg`Roles`, act: { permission: 'roles:write', allows: msg`Make roles, and give them to people` } },
  {
    part: msg`Events`,
    see: { permission: 'events:read', allows: msg`See how the services get on` },
    act: { permission: 'events:write', allows: msg`Try stuck events again, or give them up` },
  },
]
