// Owns short notes that pass by, such as "Removed" with an undo. Never the only carrier of a message.
import { useLingui } from '@lingui/react/macro'
import { X } from 'lucide-react'
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

export interface Note {
  text: ReactNode
  action?: { label: ReactNode; run: () => void }
}

const SHOWN_MS = 8_000
const Say = createContext<(note: Note) => void>(() => undefined)

export function useToast(): (note: Note) => void {
  return useContext(Say)
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useLingui()
  const [note, setNote] = useState<Note>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const hold = () => clearTimeout(timer.current)
  const leave = useCallback((delay: number) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setNote(undefined), delay)
  }, [])
  const say = useCallback(
    (next: Note) => {
      setNote(next)
      leave(SHOWN_MS)
    },
    [leave],
  )

  return (
    <Say value={say}>
      {children}
      <div role="status" className="pointer-events-none fixed inset-x-0 bottom-0 z-50 grid justify-items-center p-4">
        {note && (
          // Whoever reads or aims at the note keeps it.
          // biome-ignore lint/a11y/noStaticElementInteractions: nothing is done here; the note only stays.
          <div
            onMouseEnter={hold}
            onMouseLeave={() => leave(SHOWN_MS)}
            onFocus={hold}
            onBlur={() => leave(SHOWN_MS)}
            className="pointer-events-auto flex max-w-full items-center gap-2 rounded-card bg-ink ps-5 pe-1 py-1 text-on-ink shadow-over"
          >
            <span className="py-2">{note.text}</span>
            {note.action && (
              <button
                type="button"
                className="min-h-11 px-3 font-semibold underline underline-offset-4 outline-current"
                onClick={() => {
                  note.action?.run()
                  setNote(undefined)
                }}
              >
                {note.action.label}
              </button>
            )}
            <Button size="icon" aria-label={t`Dismiss`} className="outline-current" onClick={() => setNote(undefined)}>
              <Icon of={X} size={18} />
            </Button>
          </div>
        )}
      </div>
    </Say>
  )
}
