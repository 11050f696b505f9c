// Owns the one way to the shop's API: typed by its OpenAPI file, signed in when somebody is, failing with ProblemError.
import { createCalls } from './calls.ts'
import { problemFrom, unreachable } from './problem.ts'
import { Session } from './session.ts'

/** Reads that are the same for everyone: they do not wait until a returning person has a token again. */
const PUBLIC_READS = /^\/(products|categories|media|shop)(\/|$)/

export const session = new Session(() => fetch('/users/token/refresh', { method: 'POST' }))

export const api = createCalls(origin(), authorizedFetch)

interface Answer {
  data?: unknown
  error?: unknown
  response: Response
}

/** Undefined for answers without a body (204). */
type Data<A extends Answer> = [Exclude<A['data'], undefined>] extends [never]
  ? undefined
  : Exclude<A['data'], undefined>

/** The data of a call, or a thrown ProblemError. */
export async function ok<A extends Answer>(call: Promise<A>): Promise<Data<A>> {
  let answer: A
  try {
    answer = await call
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw unreachable(cause)
  }
  if (!answer.response.ok) throw problemFrom(answer.response, answer.error)
  return answer.data as Data<A>
}

/**
 * The header that makes a repeated request count once. Make the key when the person's intention begins (the payment
 * step opens, the dialog opens), not when the request is sent: a double click, a retry and a reload then share it.
 */
export function idempotencyKey(key: string): { 'Idempotency-Key': string } {
  return { 'Idempotency-Key': key }
}

export function newIdempotencyKey(): string {
  return crypto.randomUUID()
}

async function authorizedFetch(request: Request): Promise<Response> {
  const isPublic = request.method === 'GET' && PUBLIC_READS.test(new URL(request.url).pathname)
  if (!isPublic) await session.restore()

  const token = session.token
  if (token === undefined) return fetch(request)

  const again = request.clone()
  const response = await fetch(signed(request, token))
  if (response.status !== 401) return response

  const renewal = await session.renew(token)
  if (renewal === 'renewed' && session.token) return fetch(signed(again, session.token))
  return response
}

function signed(request: Request, token: string): Request {
  request.headers.set('authorization', `Bearer ${token}`)
  return request
}

function origin(): string {
  return globalThis.location?.origin ?? 'http://localhost'
}
