// The client renews an expired token once for all waiting requests, and does not ask for guests.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { api, ok, session } from './client.ts'
import { ProblemError } from './problem.ts'
import type { Grant } from './session.ts'

const grant = (token: string) => ({ access_token: token, user: { id: 'u' } }) as unknown as Grant
const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
const refused = () =>
  json({ type: '/problems/unauthorized', title: 'Unauthorized', status: 401, code: 'unauthorized' }, 401)

let refreshes = 0
let refreshAnswer: () => Response
let goodToken = 'new'

beforeEach(() => {
  refreshes = 0
  refreshAnswer = () => json(grant('new'))
  vi.stubGlobal('fetch', async (input: Request | string) => {
    if (input === '/users/token/refresh') {
      refreshes += 1
      await new Promise((done) => setTimeout(done, 5))
      return refreshAnswer()
    }
    const request = input as Request
    return request.headers.get('authorization') === `Bearer ${goodToken}` ? json({ id: 'u' }) : refused()
  })
})

afterEach(() => {
  session.end()
  vi.unstubAllGlobals()
  goodToken = 'new'
})

test('five requests with an expired token cause one refresh and all succeed', async () => {
  session.start(grant('old'))
  const answers = await Promise.all(Array.from({ length: 5 }, () => ok(api.GET('/users/profile'))))
  expect(answers).toHaveLength(5)
  expect(refreshes).toBe(1)
  expect(session.token).toBe('new')
})

test('the body is sent again after a refresh', async () => {
  session.start(grant('old'))
  await expect(ok(api.PUT('/users/update', { body: { name: 'Ada' } }))).resolves.toEqual({ id: 'u' })
})

test('a session that is over ends once, and the request fails as a problem', async () => {
  const ended = vi.fn()
  const stop = session.listen({ ended })
  session.start(grant('old'))
  refreshAnswer = refused
  await expect(ok(api.GET('/users/profile'))).rejects.toBeInstanceOf(ProblemError)
  expect(ended).toHaveBeenCalledTimes(1)
  expect(session.token).toBeUndefined()
  stop()
})

test('a refresh that gets no clear answer leaves the session as it was', async () => {
  session.start(grant('old'))
  refreshAnswer = () => json({}, 503)
  await expect(ok(api.GET('/users/profile'))).rejects.toMatchObject({ status: 401 })
  expect(session.token).toBe('old')
})

test('a second refusal is not answered with a second refresh', async () => {
  session.start(grant('old'))
  goodToken = 'never'
  await expect(ok(api.GET('/users/profile'))).rejects.toMatchObject({ code: 'unauthorized' })
  expect(refreshes).toBe(1)
})

test('guests are not asked to refresh', async () => {
  await expect(ok(api.GET('/users/profile'))).rejects.toMatchObject({ status: 401 })
  expect(refreshes).toBe(0)
})
