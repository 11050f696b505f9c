// Owns the turn from "the API has no such thing" to the page that says so.
import { ProblemError } from '@rialto/api/problem.ts'
import { notFound } from '@tanstack/react-router'

/** For loaders: what is missing shows the not-found page in place of an error. */
export async function found<T>(load: Promise<T>): Promise<T> {
  try {
    return await load
  } catch (error) {
    if (error instanceof ProblemError && error.status === 404) throw notFound()
    throw error
  }
}
