// Owns the buttons above a formatted text.
import { useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { type Editor, useEditorState } from '@tiptap/react'
import { Bold, Heading2, Heading3, Italic, List, ListOrdered, type LucideIcon, Quote, Redo2, Undo2 } from 'lucide-react'
import { LinkPanel } from './link-panel.tsx'

interface Tool {
  label: string
  icon: LucideIcon
  run: () => void
  /** Undefined for what is done once and has no state. */
  isOn?: boolean
  isOff?: boolean
}

export function Toolbar({ editor }: { editor: Editor }) {
  const { t } = useLingui()
  const is = useEditorState({
    editor,
    selector: ({ editor }) => ({
      bold: editor.isActive('bold'),
      italic: editor.isActive('italic'),
      h2: editor.isActive('heading', { level: 2 }),
      h3: editor.isActive('heading', { level: 3 }),
      bullets: editor.isActive('bulletList'),
      numbers: editor.isActive('orderedList'),
      quote: editor.isActive('blockquote'),
      canUndo: editor.can().undo(),
      canRedo: editor.can().redo(),
    }),
  })
  const chain = () => editor.chain().focus()
  const tools: Tool[] = [
    { label: t`Bold`, icon: Bold, isOn: is.bold, run: () => chain().toggleBold().run() },
    { label: t`Italic`, icon: Italic, isOn: is.italic, run: () => chain().toggleItalic().run() },
    { label: t`Heading`, icon: Heading2, isOn: is.h2, run: () => chain().toggleHeading({ level: 2 }).run() },
    { label: t`Smaller heading`, icon: Heading3, isOn: is.h3, run: () => chain().toggleHeading({ level: 3 }).run() },
    { label: t`List`, icon: List, isOn: is.bullets, run: () => chain().toggleBulletList().run() },
    { label: t`Numbered list`, icon: ListOrdered, isOn: is.numbers, run: () => chain().toggleOrderedList().run() },
    { label: t`Quotation`, icon: Quote, isOn: is.quote, run: () => chain().toggleBlockquote().run() },
    { label: t`Undo`, icon: Undo2, isOff: !is.canUndo, run: () => chain().undo().run() },
    { label: t`Redo`, icon: Redo2, isOff: !is.canRedo, run: () => chain().redo().run() },
  ]
  return (
    <div role="toolbar" aria-label={t`Formatting`} className="flex flex-wrap gap-0.5 border-line border-b p-1">
      {tools.map(({ label, icon, run, isOn, isOff = false }) => (
        <button
          key={label}
          type="button"
          title={label}
          aria-label={label}
          aria-pressed={isOn}
          aria-disabled={isOff || undefined}
          onClick={run}
          className="grid size-9 place-items-center rounded-control hover:bg-sunken aria-disabled:opacity-40 aria-pressed:bg-accent-soft aria-pressed:text-accent"
        >
          <Icon of={icon} size={18} />
        </button>
      ))}
      <LinkPanel editor={editor} />
    </div>
  )
}
