// Owns where the focus goes on a change of page: to the new page's h1, so that those who listen hear where they are.
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'

export function useFocusHeading(): void {
  const router = useRouter()
  useEffect(() => {
    return router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
      // The first page keeps the browser's focus, and a change of filters keeps the focus on the filter.
      if (!fromLocation || !pathChanged) return
      const heading = document.querySelector<HTMLElement>('main h1') ?? document.querySelector<HTMLElement>('main')
      if (!heading || document.querySelector('dialog:modal')) return
      heading.tabIndex = -1
      heading.focus({ preventScroll: true })
    })
  }, [router])
}
