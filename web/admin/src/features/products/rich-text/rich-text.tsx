// Owns the description of a product as formatted text, with the HTML itself for those who want it.
import { Trans, useLingui } from '@lingui/react/macro'
import type { FieldWiring } from '@rialto/ui/field.tsx'
import { Textarea } from '@rialto/ui/input.tsx'
import { EditorContent, useEditor } from '@tiptap/react'
import { StarterKit } from '@tiptap/starter-kit'
import { useEffect, useRef, useState } from 'react'
import { asSaved, isBeyondEditor } from './html.ts'
import { Toolbar } from './toolbar.tsx'

interface RichTextProps {
  wiring: FieldWiring
  label: string
  value: string
  onChange: (html: string) => void
}

export function RichText({ wiring, label, value, onChange }: RichTextProps) {
  const { t } = useLingui()
  // What the editor does not know it would throw away: such a text is edited as it is.
  const isBeyond = isBeyondEditor(value)
  const [wantsHtml, setWantsHtml] = useState(false)
  const isHtml = wantsHtml || isBeyond
  return (
    <div className="rounded-control border border-edge bg-card focus-within:outline-2 focus-within:outline-focus hover:border-ink">
      {isHtml ? (
        <Textarea
          {...wiring}
          rows={10}
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className="border-0! font-mono text-sm outline-none!"
        />
      ) : (
        <Formatted wiring={wiring} label={label} value={value} onChange={onChange} />
      )}
      <div className="flex flex-wrap items-center justify-between gap-2 border-line border-t px-3 py-1">
        <p className="text-sm text-soft">
          {isBeyond && <Trans>This text has tables or the like, which only its HTML can show.</Trans>}
        </p>
        <button
          type="button"
          aria-pressed={isHtml}
          disabled={isBeyond}
          onClick={() => setWantsHtml(!wantsHtml)}
          className="min-h-9 rounded-control px-2 text-sm text-soft hover:text-ink disabled:opacity-50 aria-pressed:text-ink"
        >
          {isHtml ? t`Back to formatted text` : t`Show HTML`}
        </button>
      </div>
    </div>
  )
}

function Formatted({ wiring, label, value, onChange }: RichTextProps) {
  const emitted = useRef(value)
  const editor = useEditor({
    extensions: [
      StarterKit.configure({
        heading: { levels: [2, 3, 4] },
        // The shop keeps no <u>: it looks like a link.
        underline: false,
        link: { openOnClick: false, protocols: ['mailto'], HTMLAttributes: { target: null, rel: null, class: null } },
      }),
    ],
    content: value,
    // A <style> element would need an exception in the security policy; app.css has what is needed.
    injectCSS: false,
    editorProps: {
      attributes: {
        ...wiring,
        'aria-invalid': wiring['aria-invalid'] ? 'true' : 'false',
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': label,
        class: 'rich-text min-h-44 px-3.5 py-3 outline-none',
      },
    },
    onUpdate: ({ editor }) => {
      emitted.current = editor.isEmpty ? '' : asSaved(editor.getHTML())
      onChange(emitted.current)
    },
  })

  // Whatever else changed the text (discarding, somebody else's version) is shown.
  useEffect(() => {
    if (value === emitted.current) return
    emitted.current = value
    editor.commands.setContent(value, { emitUpdate: false })
  }, [editor, value])

  return (
    <>
      <Toolbar editor={editor} />
      <EditorContent editor={editor} />
    </>
  )
}
