// Owns that whoever types into the server's first screen, walks it by keys or presses something goes on in the page that
// takes its place.

declare global {
  interface Window {
    /** What is pressed from the first moment on: the document notes it (services/gateway/pages/shell.html). */
    early?: EventListenerObject & { pressed: HTMLElement[] }
  }
}

/** Begins to watch the first screen. What it returns is called as soon as the page is there, with nothing painted yet. */
export function carryOver(): () => void {
  const first = controls()
  const before = searchBox()
  let focused = document.activeElement
  let place = placeOf(focused)

  function arrived({ target }: FocusEvent) {
    focused = target as Element
    place = placeOf(focused)
  }
  // What goes from the page is left by the focus as well; only a person's leaving counts.
  function left({ target }: FocusEvent) {
    queueMicrotask(() => {
      if (focused === target && focused?.isConnected) focused = null
    })
  }
  document.addEventListener('focusin', arrived)
  document.addEventListener('focusout', left)

  return () => {
    document.removeEventListener('focusin', arrived)
    document.removeEventListener('focusout', left)
    const after = searchBox()
    // What has no name stands where it stood: the page repeats the first screen.
    if (focused && !focused.isConnected) (document.getElementById(focused.id) ?? controls()[place])?.focus()
    if (after && before?.value && before.value !== after.value) type(after, before.value)
    if (window.early) {
      removeEventListener('click', window.early)
      pressAgain(new Set(window.early.pressed), first)
      // It would keep the first screen in memory.
      delete window.early
    }
  }
}

/** Each once: who presses again because nothing happens does not want two. */
function pressAgain(pressed: Set<HTMLElement>, first: readonly HTMLElement[]): void {
  const now = controls()
  for (const control of pressed) {
    const there = now[first.indexOf(control)]
    const namesakes = now.filter((other) => nameOf(other) === nameOf(control))
    // A wrong press would be worse than none.
    const again = there && namesakes.includes(there) ? there : namesakes.length === 1 ? namesakes[0] : undefined
    // Once the page has done all that it does when it appears.
    setTimeout(() => again?.click())
  }
}

function nameOf(control: HTMLElement): string {
  if (control instanceof HTMLInputElement && control.type === 'radio') return `${control.name}=${control.value}`
  return control.getAttribute('aria-label') ?? control.textContent.trim()
}

function controls(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea')]
}

function placeOf(element: Element | null): number {
  return controls().indexOf(element as HTMLElement)
}

function searchBox(): HTMLInputElement | undefined {
  const box = document.getElementById('header-search')
  return box instanceof HTMLInputElement ? box : undefined
}

/** As a person does: React overlooks a value that is set on the element itself. */
function type(box: HTMLInputElement, text: string): void {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(box, text)
  box.dispatchEvent(new Event('input', { bubbles: true }))
}
