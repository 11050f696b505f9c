// Owns the views of a list that a person saved: names for filters, kept in this browser for this person alone.
import { useState } from 'react'

export interface SavedView<Filter> {
  name: string
  filter: Filter
}

export function useSavedViews<Filter extends object>(list: string) {
  const key = `rialto.admin.views.${list}`
  const [views, setViews] = useState(() => read<Filter>(key))

  function keep(next: SavedView<Filter>[]) {
    localStorage.setItem(key, JSON.stringify(next))
    setViews(next)
  }

  return {
    views,
    /** A view of the same name is replaced. */
    save: (view: SavedView<Filter>) => keep([...views.filter(({ name }) => name !== view.name), view]),
    remove: (gone: string) => keep(views.filter(({ name }) => name !== gone)),
  }
}

function read<Filter>(key: string): SavedView<Filter>[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(kept) ? kept : []
  } catch {
    return [] // Somebody else's text stands there; it is replaced with the next view.
  }
}
