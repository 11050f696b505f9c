// Owns how a call becomes a request, and an answer its data: the types are openapi-fetch's, the code is the little of it
// that this API needs, since every first load carries it.
import type { Client } from 'openapi-fetch'
import type { paths } from './schema.d.ts'

type Calls = Pick<Client<paths>, 'GET' | 'PUT' | 'POST' | 'DELETE'>

interface Call {
  params?: {
    path?: Record<string, unknown>
    query?: Record<string, unknown>
    header?: Record<string, unknown>
  }
  body?: unknown
  headers?: Record<string, unknown>
  querySerializer?: (query: Record<string, unknown>) => string
  parseAs?: 'json' | 'text'
  signal?: AbortSignal
}

interface Answer {
  data?: unknown
  error?: unknown
  response: Response
}

/** Calls of the API at `origin`; `send` is given each request. */
export function createCalls(origin: string, send: (request: Request) => Promise<Response>): Calls {
  const by =
    (method: string) =>
    async (path: string, call: Call = {}) =>
      answerFrom(await send(requestFor(method, origin + path, call)), call.parseAs)
  const calls = { GET: by('GET'), PUT: by('PUT'), POST: by('POST'), DELETE: by('DELETE') }
  return calls as unknown as Calls
}

function requestFor(method: string, url: string, { params = {}, body, headers, parseAs, ...call }: Call): Request {
  const { querySerializer = queryOf, ...init } = call
  const path = url.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(`${params.path?.[name]}`))
  const query = querySerializer(params.query ?? {})
  const isForm = body instanceof FormData
  const sent = new Headers(body === undefined || isForm ? {} : { 'Content-Type': 'application/json' })
  for (const [name, value] of given({ ...headers, ...params.header })) sent.set(name, `${value}`)
  return new Request(query ? `${path}?${query}` : path, {
    ...init,
    method,
    headers: sent,
    // A call without a body has none here either.
    body: isForm ? body : ((JSON.stringify(body) as string | undefined) ?? null),
  })
}

/** A list is said by repeating its name. */
function queryOf(query: Record<string, unknown>): string {
  const pairs = given(query).flatMap(([name, value]) => [value].flat().map((one) => [name, `${one}`]))
  return new URLSearchParams(pairs).toString()
}

function given(values: Record<string, unknown>): Array<[string, unknown]> {
  return Object.entries(values).filter(([, value]) => value !== undefined && value !== null)
}

async function answerFrom(response: Response, parseAs: Call['parseAs']): Promise<Answer> {
  const text = await response.text()
  if (!response.ok) return { error: problemIn(text), response }
  if (parseAs === 'text') return { data: text, response }
  return { data: text ? JSON.parse(text) : undefined, response }
}

/** Whoever stands between us and the shop may answer with something else. */
function problemIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
