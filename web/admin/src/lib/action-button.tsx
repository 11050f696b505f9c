// Owns buttons for what not everyone may do, or not now: they stay in place and say why.
import { Button } from '@rialto/ui/button.tsx'
import { type ComponentProps, useId } from 'react'

interface ActionButtonProps extends ComponentProps<typeof Button> {
  /** Why it cannot be pressed; undefined when it can. */
  blocked?: string | undefined
}

export function ActionButton({ blocked, ...rest }: ActionButtonProps) {
  const id = useId()
  if (!blocked) return <Button {...rest} />
  return (
    <span className="group relative inline-flex">
      <Button {...rest} aria-disabled="true" aria-describedby={id} onClick={(event) => event.preventDefault()} />
      {/* Seen when the button is pointed at, reached by keys or touched. */}
      <span
        id={id}
        role="tooltip"
        className="invisible absolute end-0 top-full z-20 mt-1 w-64 rounded-control bg-ink px-3 py-2 text-sm text-on-ink group-focus-within:visible group-hover:visible"
      >
        {blocked}
      </span>
    </span>
  )
}
