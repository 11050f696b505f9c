// Owns the tree as nested lists, each category with its products counted and its actions.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import {
  ArrowDown,
  ArrowUp,
  ChevronRight,
  ExternalLink,
  FolderInput,
  Images,
  PenLine,
  Plus,
  Trash2,
} from 'lucide-react'
import { useState } from 'react'
import type { CategoryNode } from '#lib/category-tree.ts'
import { ActionMenu } from '#lib/overlays/menu.tsx'
import { useReorder } from './api.ts'
import type { Doing } from './categories-page.tsx'

interface CategoryListProps {
  nodes: readonly CategoryNode[]
  mayWrite: boolean
  onDo: (doing: Doing) => void
}

export function CategoryList({ nodes, mayWrite, onDo }: CategoryListProps) {
  const { t } = useLingui()
  const say = useToast()
  const explain = useExplain()
  const reorder = useReorder()

  function move(index: number, by: -1 | 1) {
    const siblings = [...nodes]
    const [node] = siblings.splice(index, 1)
    if (!node) return
    siblings.splice(index + by, 0, node)
    reorder.mutate(siblings, {
      onError: (error) => say({ text: t`${node.title} was not moved. ${explain(error)}` }),
    })
  }

  return (
    <ul>
      {nodes.map((node, index) => (
        <CategoryItem
          key={node.id}
          node={node}
          mayWrite={mayWrite}
          onDo={onDo}
          isMoving={reorder.isPending}
          {...(index > 0 && { onUp: () => move(index, -1) })}
          {...(index < nodes.length - 1 && { onDown: () => move(index, 1) })}
        />
      ))}
    </ul>
  )
}

interface CategoryItemProps extends Omit<CategoryListProps, 'nodes'> {
  node: CategoryNode
  isMoving: boolean
  /** Absent for the first of its siblings. */
  onUp?: () => void
  /** Absent for the last one. */
  onDown?: () => void
}

function CategoryItem({ node, mayWrite, onDo, isMoving, onUp, onDown }: CategoryItemProps) {
  const { t } = useLingui()
  const [isOpen, setOpen] = useState(true)
  const hasChildren = node.children.length > 0
  return (
    <li className="border-line border-t first:border-t-0">
      <div className="flex min-h-14 items-center gap-x-1 px-2 hover:bg-sunken">
        {hasChildren ? (
          <button
            type="button"
            aria-expanded={isOpen}
            aria-label={t`What is below ${node.title}`}
            onClick={() => setOpen(!isOpen)}
            className="grid size-10 shrink-0 place-items-center rounded-control hover:bg-line"
          >
            <Icon of={ChevronRight} size={18} mirrored={!isOpen} className={isOpen ? 'rotate-90' : ''} />
          </button>
        ) : (
          <span className="size-10 shrink-0" />
        )}
        <button
          type="button"
          onClick={() => onDo({ what: mayWrite ? 'edit' : 'preview', category: node })}
          className="min-h-10 min-w-0 grow rounded-control px-1 py-1.5 text-start"
        >
          <span className="font-medium">{node.title}</span>{' '}
          <span className="text-sm text-soft">
            /c/{node.slug} · {t`${plural(node.product_count, { one: '# product', other: '# products' })}`}
          </span>
        </button>
        {mayWrite && (
          <>
            <Button
              tone="quiet"
              size="icon"
              className="shrink-0"
              aria-label={t`Move ${node.title} up`}
              aria-disabled={!onUp || isMoving}
              onClick={isMoving ? undefined : onUp}
            >
              <Icon of={ArrowUp} size={18} />
            </Button>
            <Button
              tone="quiet"
              size="icon"
              className="shrink-0"
              aria-label={t`Move ${node.title} down`}
              aria-disabled={!onDown || isMoving}
              onClick={isMoving ? undefined : onDown}
            >
              <Icon of={ArrowDown} size={18} />
            </Button>
          </>
        )}
        <ActionMenu
          label={t`Actions of ${node.title}`}
          actions={[
            mayWrite && { label: t`Edit…`, icon: PenLine, onSelect: () => onDo({ what: 'edit', category: node }) },
            mayWrite && {
              label: t`New category below…`,
              icon: Plus,
              onSelect: () => onDo({ what: 'create', parent: node }),
            },
            mayWrite && {
              label: t`Move to…`,
              icon: FolderInput,
              onSelect: () => onDo({ what: 'move', category: node }),
            },
            { label: t`Show its products`, icon: Images, onSelect: () => onDo({ what: 'preview', category: node }) },
            { label: t`Open in the storefront`, icon: ExternalLink, href: `/c/${node.slug}` },
            mayWrite && {
              label: t`Delete…`,
              icon: Trash2,
              danger: true,
              onSelect: () => onDo({ what: 'delete', category: node }),
              refusal: hasChildren ? t`Move or delete those below it first.` : undefined,
            },
          ]}
        />
      </div>
      {hasChildren && isOpen && (
        <div className="ms-6 border-line border-s">
          <CategoryList nodes={node.children} mayWrite={mayWrite} onDo={onDo} />
        </div>
      )}
    </li>
  )
}
