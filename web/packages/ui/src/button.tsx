// Owns buttons, and links that look like one.
import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, Ref } from 'react'
import { classes } from './classes.ts'
import { Spinner } from './spinner.tsx'

export type ButtonTone = 'ink' | 'accent' | 'outline' | 'quiet' | 'danger'
export type ButtonSize = 'small' | 'normal' | 'large' | 'icon'

interface Look {
  tone?: ButtonTone
  size?: ButtonSize
}

const TONES: Record<ButtonTone, string> = {
  ink: 'bg-ink text-on-ink hover:bg-ink-hover',
  accent: 'bg-accent text-on-accent hover:bg-accent-hover',
  outline: 'border border-edge text-ink hover:border-ink hover:bg-sunken',
  quiet: 'text-ink hover:bg-sunken',
  danger: 'border border-bad text-bad hover:bg-bad-soft',
}

const SIZES: Record<ButtonSize, string> = {
  small: 'min-h-9 px-3 text-sm',
  normal: 'min-h-11 px-5',
  large: 'min-h-13 px-7 text-lg',
  icon: 'size-11',
}

function look({ tone = 'ink', size = 'normal' }: Look, className?: string): string {
  return classes(
    'inline-flex items-center justify-center gap-2 rounded-control text-center font-medium select-none',
    'transition-colors duration-150 active:translate-y-px',
    'disabled:pointer-events-none disabled:opacity-50 aria-disabled:opacity-50',
    TONES[tone],
    SIZES[size],
    className,
  )
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement>, Look {
  /** Shows that the work is under way and takes no second press; say in `children` what happens ("Paying…"). */
  busy?: boolean
  ref?: Ref<HTMLButtonElement>
}

export function Button({ tone, size, busy = false, className, children, onClick, ...rest }: ButtonProps) {
  const shared = { ...rest, className: look(pick(tone, size), className) }
  return (
    // A busy button keeps the focus, which `disabled` would drop.
    <button
      type="button"
      {...shared}
      aria-disabled={busy || rest['aria-disabled']}
      onClick={busy ? (e) => e.preventDefault() : onClick}
    >
      {busy && <Spinner />}
      {children}
    </button>
  )
}

interface AnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement>, Look {
  ref?: Ref<HTMLAnchorElement>
}

function ButtonAnchor({ tone, size, className, children, ...rest }: AnchorProps) {
  return (
    <a {...rest} className={look(pick(tone, size), className)}>
      {children}
    </a>
  )
}

/** A link of the router (`to`, `params`, `search`) that looks like a button. */
export const ButtonLink = createLink(ButtonAnchor)

/** A plain link that looks like a button: other sites, files, other apps of the shop. */
export const ButtonHref = ButtonAnchor

function pick(tone: ButtonTone | undefined, size: ButtonSize | undefined): Look {
  return { ...(tone && { tone }), ...(size && { size }) }
}
