// Owns lists of short texts, typed one after another: tags, values of an option. Enter or a comma ends each.
import { useLingui } from '@lingui/react/macro'
import type { FieldWiring } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { X } from 'lucide-react'
import { type ClipboardEvent, type KeyboardEvent, useId, useState } from 'react'

interface TokenInputProps {
  wiring: FieldWiring
  value: readonly string[]
  onChange: (value: string[]) => void
  suggestions?: readonly string[]
  placeholder?: string | undefined
}

export function TokenInput({ wiring, value, onChange, suggestions = [], placeholder }: TokenInputProps) {
  const { t } = useLingui()
  const [typed, setTyped] = useState('')
  const listId = useId()

  function add(texts: readonly string[]) {
    const fresh = texts.map((text) => text.trim()).filter((text, index, all) => text && all.indexOf(text) === index)
    const added = fresh.filter((text) => !value.includes(text))
    if (added.length > 0) onChange([...value, ...added])
  }

  /** A comma ends a text however it came: typed, spoken, or put in whole. */
  function onType(text: string) {
    const parts = text.split(',')
    const rest = parts.pop() ?? ''
    if (parts.length > 0) add(parts)
    setTyped(rest)
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') {
      // Never the wish to send the form: an empty one is a slip.
      event.preventDefault()
      end()
    } else if (event.key === 'Backspace' && typed === '' && value.length > 0) {
      onChange(value.slice(0, -1))
    }
  }

  function end() {
    add([typed])
    setTyped('')
  }

  function onPaste(event: ClipboardEvent) {
    const texts = event.clipboardData.getData('text').split(/[\n\t,;]+/)
    if (texts.length < 2) return
    event.preventDefault()
    add([typed, ...texts])
    setTyped('')
  }

  return (
    <div className="flex flex-wrap items-center gap-1.5 rounded-control border border-edge bg-card px-2 py-1.5 focus-within:outline-2 focus-within:outline-focus hover:border-ink">
      {value.map((token) => (
        <span key={token} className="inline-flex min-h-8 items-center gap-1 rounded-full bg-sunken ps-3 pe-1 text-sm">
          {token}
          <button
            type="button"
            aria-label={t`Remove ${token}`}
            className="grid size-6 place-items-center rounded-full hover:bg-line"
            onClick={() => onChange(value.filter((other) => other !== token))}
          >
            <Icon of={X} size={14} />
          </button>
        </span>
      ))}
      <input
        {...wiring}
        list={suggestions.length > 0 ? listId : undefined}
        value={typed}
        placeholder={value.length === 0 ? placeholder : undefined}
        onChange={(event) => onType(event.target.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        onBlur={() => typed.trim() && end()}
        className="min-h-8 min-w-16 flex-1 bg-transparent px-1.5 outline-none placeholder:text-soft"
      />
      {suggestions.length > 0 && (
        <datalist id={listId}>
          {suggestions
            .filter((suggestion) => !value.includes(suggestion))
            .map((suggestion) => (
              <option key={suggestion} value={suggestion} />
            ))}
        </datalist>
      )}
    </div>
  )
}
