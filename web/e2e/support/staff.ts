// Owns people who run the shop with some of its rights.
import type { components } from '@rialto/api/schema.d.ts'
import { type Customer, got, type Shop } from './shop.ts'

type Permission = components['schemas']['Permission']

let made = 0

/** Somebody with a role of their own that allows just this. */
export async function staffWith(shop: Shop, permissions: Permission[], name = 'Bea Clerk'): Promise<Customer> {
  made += 1
  const [admin, person] = await Promise.all([shop.admin(), shop.customer({ name })])
  const role = `clerk-${process.pid}-${Date.now().toString(36)}-${made}`
  got(await admin.POST('/users/roles', { body: { name: role, title: 'Clerk', permissions } }))
  const { items } = got(await admin.GET('/users', { params: { query: { q: person.email } } }))
  const id = items[0]?.id ?? ''
  got(await admin.PUT('/users/{id}/role', { params: { path: { id } }, body: { role } }))
  return person
}
