// A call is written as the API reads it, and its answer read whatever came of it.
import { expect, test } from 'vitest'
import { createCalls } from './calls.ts'

function shop(answer: Response = Response.json({})) {
  const sent: Request[] = []
  const api = createCalls('http://shop', async (request) => {
    sent.push(request)
    return answer.clone()
  })
  return { api, sent }
}

test('path and query are escaped, a list repeats its name, and what is absent is left out', async () => {
  const { api, sent } = shop()
  await api.GET('/products/{id}', { params: { path: { id: 'a/b ü' } } })
  await api.GET('/products', { params: { query: { q: 'a&b', category: ['x', 'y'], limit: 2, cursor: undefined } } })
  expect(sent.map(({ url }) => url)).toEqual([
    'http://shop/products/a%2Fb%20%C3%BC',
    'http://shop/products?q=a%26b&category=x&category=y&limit=2',
  ])
})

test('a query that was written already stays as it is', async () => {
  const { api, sent } = shop()
  await api.GET('/products', { querySerializer: () => 'attr.colour=red&limit=1' })
  expect(sent[0]?.url).toBe('http://shop/products?attr.colour=red&limit=1')
})

test('a body is sent as JSON with its headers, and a call without one says nothing of it', async () => {
  const { api, sent } = shop()
  await api.POST('/cart/items', { body: { sku: 'a', quantity: 1 }, headers: { 'Idempotency-Key': 'k' } })
  await api.DELETE('/cart/coupon')
  const [post, remove] = sent
  expect(await post?.json()).toEqual({ sku: 'a', quantity: 1 })
  expect(post?.headers.get('idempotency-key')).toBe('k')
  expect(post?.headers.get('content-type')).toBe('application/json')
  expect([remove?.method, remove?.body, remove?.headers.get('content-type')]).toEqual(['DELETE', null, null])
})

test('a call that is given up takes its request along', async () => {
  const { api, sent } = shop()
  const given = new AbortController()
  await api.GET('/cart', { signal: given.signal })
  given.abort()
  expect(sent[0]?.signal.aborted).toBe(true)
})

test('an answer may be empty, words, or a refusal in any form', async () => {
  const none = await shop(new Response(null, { status: 204 })).api.DELETE('/cart/coupon')
  expect([none.data, none.response.status]).toEqual([undefined, 204])
  const page = await shop(new Response('<p>Gone</p>', { status: 502 })).api.GET('/cart')
  expect(page.error).toBe('<p>Gone</p>')
  const problem = await shop(Response.json({ code: 'absent' }, { status: 404 })).api.GET('/cart')
  expect(problem.error).toEqual({ code: 'absent' })
})
