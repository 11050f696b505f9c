// Owns the title of the document while a page is shown.
import { useEffect } from 'react'

export function useDocumentTitle(title: string, shop: string): void {
  useEffect(() => {
    document.title = title ? `${title} · ${shop}` : shop
  }, [title, shop])
}
