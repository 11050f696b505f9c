// Owns which of our modules travel together: those the start needs, those the pages for browsing share, and all others.
import type { Rolldown } from 'vite'

type Groups = Exclude<NonNullable<Rolldown.OutputOptions['codeSplitting']>, boolean>['groups']
type Graph = { getModuleInfo(id: string): Rolldown.ModuleInfo | null }

/** The page of a route, cut off by the router's plugin. */
const PAGE = /\/routes\/(.+)\.tsx\?tsr-split=/
const LIBRARY = /node_modules\/(?!lucide)/
/** The file of a library that most pages need, and nothing of the start. */
const NEEDED = /\/useSuspenseQuery\.js$/
/** Characters of source: what is smaller costs less where nobody needs it than as a file of its own. */
const SMALL = 1_000

/** `kinds` are the pages that must be there fast, by their routes; those of one kind show much the same. */
export function groups(kinds: Readonly<Record<string, readonly string[]>>): Groups {
  const reached = new Map<string, ReadonlySet<string>>()

  /** The routes whose pages need the module. */
  function routesOf(id: string, graph: Graph, above: ReadonlySet<string> = new Set()): ReadonlySet<string> {
    const known = reached.get(id)
    if (known) return known
    const page = PAGE.exec(id)?.[1]
    // The graph hands out the same list again and again, so keep a copy.
    const importers = [...(graph.getModuleInfo(id)?.importers ?? [])].filter((importer) => !above.has(importer))
    const below = new Set([...above, id])
    const routes = page
      ? new Set([page])
      : new Set(importers.flatMap((importer) => [...routesOf(importer, graph, below)]))
    if (above.size === 0) reached.set(id, routes)
    return routes
  }

  /** What several kinds of fast pages show, or what one of them shares; what it has for itself stays with it. */
  function nameOf(id: string, graph: Graph): string | null {
    // Seen through its index, a library's file seems to be needed by all who need another one.
    if (LIBRARY.test(id)) return NEEDED.test(id) ? 'goods' : null
    const routes = routesOf(id, graph)
    const fast = Object.entries(kinds).filter(([, own]) => own.some((route) => routes.has(route)))
    const [kind] = fast
    if (fast.length > 1) return 'goods'
    if (!kind || routes.size < 2) return null
    if ([...routes].every((route) => kind[1].includes(route))) return kind[0]
    // What it shares with slower pages is alone, so that neither brings along what the other needs.
    return (graph.getModuleInfo(id)?.code?.length ?? 0) < SMALL ? 'goods' : `${kind[0]}-parts`
  }

  function named(names: RegExp) {
    return (id: string, graph: Graph) => {
      const name = nameOf(id, graph)
      return name !== null && names.test(name) ? name : null
    }
  }

  return [
    // All that the entry itself needs: libraries, shell, routes, and what they share with the pages. One file packs better
    // than two, and a shop's new version changes both.
    { name: 'base', tags: ['$initial'] },
    // A chunk takes along what its modules need, so those that most pages need go first.
    { debugName: 'goods', name: named(/^goods$/) },
    { debugName: 'parts', name: named(/-parts$/) },
    { debugName: 'fast pages', name: nameOf },
    // What other pages share, with those that share it; small parts join their neighbours.
    { name: 'shared', minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 1_000 },
  ]
}
