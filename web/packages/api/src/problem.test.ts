// Problems keep what a page needs to explain them, and find their form fields.
import { expect, test } from 'vitest'
import { fieldProblems, ProblemError, problemFrom, unreachable } from './problem.ts'

const INVALID = {
  type: '/problems/invalid',
  title: 'Unprocessable Entity',
  status: 422,
  code: 'invalid',
  detail: 'Two fields are not as they should be.',
  request_id: '0192f0c1',
  errors: [
    { field: 'shipping_address.postal_code', code: 'invalid', message: 'must be five digits' },
    { field: 'items[0].quantity', code: 'out_of_range', message: 'must be between 1 and 9999' },
  ],
  lines: ['MUG-1'],
}

test('a problem answer keeps its code, its sentence, its request id and its own members', () => {
  const problem = problemFrom(new Response(null, { status: 422 }), INVALID)
  expect(problem).toMatchObject({ status: 422, code: 'invalid', detail: INVALID.detail, requestId: '0192f0c1' })
  expect(problem.body['lines']).toEqual(['MUG-1'])
  expect(problem.transient).toBe(false)
})

test('an answer that is no problem document still has a status, a request id and a time to come back', () => {
  const headers = { 'x-request-id': 'abc', 'retry-after': '7' }
  const problem = problemFrom(new Response(null, { status: 502, headers }), '<html>Bad gateway</html>')
  expect(problem).toMatchObject({
    status: 502,
    code: 'unreadable',
    requestId: 'abc',
    retryAfterSecs: 7,
    transient: true,
  })
})

test('no answer at all is worth another try', () => {
  expect(unreachable(new TypeError('Failed to fetch'))).toMatchObject({
    status: 0,
    code: 'unreachable',
    transient: true,
  })
})

test('field problems are found under the name of the form field', () => {
  const fields = fieldProblems(problemFrom(new Response(null, { status: 422 }), INVALID), {
    'shipping_address.postal_code': 'postcode',
  })
  expect(fields.get('postcode')?.message).toBe('must be five digits')
  expect(fields.get('items.0.quantity')?.code).toBe('out_of_range')
})

test('a JSON pointer names the same field', () => {
  const error = new ProblemError({
    status: 422,
    code: 'invalid',
    errors: [{ field: '/items/0/sku', code: 'x', message: 'y' }],
  })
  expect([...fieldProblems(error).keys()]).toEqual(['items.0.sku'])
})
