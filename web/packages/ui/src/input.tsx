// Owns one-line and many-line text controls. They stand inside of a Field.
import type { InputHTMLAttributes, Ref, TextareaHTMLAttributes } from 'react'
import { classes } from './classes.ts'

export const CONTROL = classes(
  'w-full rounded-control border border-edge bg-card px-3.5 text-ink',
  'transition-colors duration-150 placeholder:text-soft hover:border-ink',
  'disabled:opacity-60 aria-invalid:border-bad aria-invalid:outline-1 aria-invalid:outline-bad',
  'focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-focus',
)

interface InputProps extends InputHTMLAttributes<HTMLInputElement> {
  ref?: Ref<HTMLInputElement>
}

export function Input({ className, type = 'text', ...rest }: InputProps) {
  return <input type={type} {...rest} className={classes(CONTROL, 'min-h-11', className)} />
}

interface TextareaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  ref?: Ref<HTMLTextAreaElement>
}

export function Textarea({ className, rows = 4, ...rest }: TextareaProps) {
  return <textarea rows={rows} {...rest} className={classes(CONTROL, 'py-2.5', className)} />
}
