// Owns ProblemError: a refused or failed request (RFC 9457) as something a page can explain.
import type { components } from './schema.d.ts'

export type ProblemBody = components['schemas']['ProblemBody']
export type FieldProblem = components['schemas']['FieldError']

/** Codes that arise here and not at the shop. */
export const UNREACHABLE = 'unreachable'
const UNREADABLE = 'unreadable'

export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  /** The HTTP status; 0 when the shop could not be reached. */
  readonly status: number
  /** A stable word to branch on; never shown to people. */
  readonly code: string
  readonly title: string
  readonly detail: string | undefined
  readonly requestId: string | undefined
  readonly errors: readonly FieldProblem[]
  /** Seconds after which another try makes sense, if the shop said so. */
  readonly retryAfterSecs: number | undefined
  /** The whole answer: some problems carry members of their own, such as the lines that are short of stock. */
  readonly body: Readonly<Record<string, unknown>>

  constructor(body: Partial<ProblemBody> & { status: number; code: string }, retryAfterSecs?: number) {
    super(body.detail ?? body.title ?? body.code)
    this.status = body.status
    this.code = body.code
    this.title = body.title ?? ''
    this.detail = body.detail ?? undefined
    this.requestId = body.request_id ?? undefined
    this.errors = body.errors ?? []
    this.retryAfterSecs = retryAfterSecs
    this.body = { ...body }
  }

  /** Whether the same request may succeed later without a change by the person. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

/** The problem in an answer that is not a success, whatever stands between us and the shop made of it. */
export function problemFrom(response: Response, body: unknown): ProblemError {
  const retryAfter = Number.parseInt(response.headers.get('retry-after') ?? '', 10)
  const retryAfterSecs = Number.isNaN(retryAfter) ? undefined : retryAfter
  const requestId = response.headers.get('x-request-id') ?? undefined
  if (isProblem(body)) {
    return new ProblemError({ ...body, request_id: body.request_id ?? requestId }, retryAfterSecs)
  }
  const stranger = { status: response.status, code: UNREADABLE, title: response.statusText, request_id: requestId }
  return new ProblemError(stranger, retryAfterSecs)
}

/** The problem of a request that got no answer. */
export function unreachable(cause: unknown): ProblemError {
  const problem = new ProblemError({ status: 0, code: UNREACHABLE })
  problem.cause = cause
  return problem
}

/**
 * Field problems by the name a form knows the field under: `items[0].quantity`, `/items/0/quantity` and
 * `items.0.quantity` are the same. `rename` maps the shop's names to the form's where they differ.
 */
export function fieldProblems(
  error: unknown,
  rename: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, FieldProblem> {
  const byField = new Map<string, FieldProblem>()
  if (!(error instanceof ProblemError)) return byField
  for (const problem of error.errors) {
    const path = formPath(problem.field)
    const name = rename[path] ?? path
    if (!byField.has(name)) byField.set(name, problem)
  }
  return byField
}

function formPath(field: string): string {
  return field
    .replace(/^[/#]+/, '')
    .replaceAll('/', '.')
    .replaceAll(/\[(\d+)\]/g, '.$1')
}

function isProblem(body: unknown): body is ProblemBody {
  return (
    typeof body === 'object' &&
    body !== null &&
    'status' in body &&
    typeof body.status === 'number' &&
    'code' in body &&
    typeof body.code === 'string'
  )
}
