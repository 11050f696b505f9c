// Owns parts of a page that come late, together with the texts they say.
import { lazyRouteComponent } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { ensureMessages } from './locale.ts'

/** What was brought by `preload` is shown at once, which React's own `lazy` does not do. */
export function lazyPart<F extends Record<N, ComponentType<never>>, N extends keyof F>(
  load: () => Promise<F>,
  name: N,
) {
  return lazyRouteComponent<F, N>(async () => {
    const [file] = await Promise.all([load(), ensureMessages('late')])
    return file
  }, name)
}
