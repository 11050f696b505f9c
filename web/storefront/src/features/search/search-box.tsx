// Owns the search box of every page: a combobox with suggestions while one types, and the latest searches before that.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { CONTROL } from '@rialto/ui/input.tsx'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { type KeyboardEvent, lazy, Suspense, useId, useRef, useState } from 'react'
import { suggestQuery } from './api.ts'
import { rememberSearch, useRecentSearches } from './recent-searches.ts'
import { type Suggestion, suggestionsOf } from './suggestions.ts'
import { useDebounced } from './use-debounced.ts'

const PAUSE_MS = 150

// Whoever does not search does not load what stands below the box.
const suggestionList = () => import('./suggestion-list.tsx').then((file) => ({ default: file.SuggestionList }))
const SuggestionList = lazy(suggestionList)
const RecentList = lazy(() => import('./recent-list.tsx').then((file) => ({ default: file.RecentList })))

export function SearchBox({ className = '' }: { className?: string }) {
  const { q = '' } = useSearch({ strict: false }) as { q?: string }
  // What a page was searched for stands in the box; another search starts the box anew.
  return (
    <search className={className}>
      <Box key={q} initial={q} />
    </search>
  )
}

function Box({ initial }: { initial: string }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const listId = useId()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(initial)
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const asked = useDebounced(text.trim(), PAUSE_MS)
  const recent = useRecentSearches()
  const found = useQuery({ ...suggestQuery(asked), enabled: open && asked.length > 1 && asked !== initial }).data

  const suggestions = found && text.trim().length > 1 && asked !== initial ? suggestionsOf(found) : []
  const isListShown = open && suggestions.length > 0
  const areRecentShown = open && text.trim() === '' && recent.length > 0

  function close() {
    setOpen(false)
    setActive(-1)
  }

  function searchFor(words: string) {
    const query = words.trim()
    if (!query) return
    rememberSearch(query)
    close()
    input.current?.blur()
    // Whoever names a category wants to go there.
    const category = found?.categories.find(({ title }) => title.toLowerCase() === query.toLowerCase())
    if (category) navigate({ to: '/c/$slug', params: { slug: category.slug } })
    else navigate({ to: '/search', search: { q: query } })
  }

  function choose(suggestion: Suggestion) {
    if (suggestion.kind === 'query') return searchFor(suggestion.text)
    rememberSearch(text.trim())
    close()
    setText('')
    navigate(suggestion.link)
  }

  function onKeyDown(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && suggestions.length > 0) {
      event.preventDefault()
      setOpen(true)
      // One place more than there are suggestions: the box itself.
      setActive((at) => ((at + 1 + step + suggestions.length + 1) % (suggestions.length + 1)) - 1)
    } else if (event.key === 'Escape' && open) {
      event.preventDefault()
      close()
    } else if (event.key === 'Enter') {
      const chosen = isListShown ? suggestions[active] : undefined
      if (!chosen) return
      event.preventDefault()
      choose(chosen)
    }
  }

  return (
    <form
      className="relative"
      onSubmit={(event) => {
        event.preventDefault()
        searchFor(text)
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close()
      }}
    >
      <label htmlFor="header-search" className="sr-only">
        {t`Search the shop`}
      </label>
      <input
        ref={input}
        id="header-search"
        name="q"
        type="search"
        role="combobox"
        aria-expanded={isListShown}
        aria-controls={isListShown ? listId : undefined}
        aria-autocomplete="list"
        aria-activedescendant={isListShown && active >= 0 ? `${listId}-${active}` : undefined}
        value={text}
        placeholder={t`Search`}
        enterKeyHint="search"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={200}
        onChange={(event) => {
          setText(event.target.value)
          setActive(-1)
          setOpen(true)
        }}
        onFocus={() => {
          suggestionList()
          setOpen(true)
        }}
        onClick={() => setOpen(true)}
        onKeyDown={onKeyDown}
        className={`${CONTROL} min-h-11 rounded-full! ps-5 pe-12`}
      />
      <button
        type="submit"
        aria-label={t`Search`}
        className="absolute end-0 top-0 grid size-11 place-items-center rounded-full text-soft hover:text-ink"
      >
        <Icon of={Search} />
      </button>
      <p role="status" className="sr-only">
        {isListShown && t`${plural(suggestions.length, { one: '# suggestion', other: '# suggestions' })}`}
      </p>
      <Suspense>
        {isListShown && (
          <SuggestionList
            id={listId}
            suggestions={suggestions}
            active={active}
            onChoose={choose}
            onAll={() => searchFor(text)}
          />
        )}
        {areRecentShown && (
          <RecentList searches={recent} onChoose={searchFor} onForgotten={() => input.current?.focus()} />
        )}
      </Suspense>
    </form>
  )
}
