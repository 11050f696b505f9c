// Owns the typing of a password, which can be made visible; paste and password managers work as anywhere.
import { useLingui } from '@lingui/react/macro'
import { Eye, EyeOff } from 'lucide-react'
import { type ComponentProps, useState } from 'react'
import { classes } from './classes.ts'
import { Icon } from './icon.tsx'
import { Input } from './input.tsx'

interface PasswordInputProps extends Omit<ComponentProps<typeof Input>, 'type'> {
  /** `current-password` to sign in, `new-password` to choose one. */
  autoComplete: 'current-password' | 'new-password'
}

export function PasswordInput({ className, ...rest }: PasswordInputProps) {
  const { t } = useLingui()
  const [isVisible, setVisible] = useState(false)
  return (
    <span className={classes('relative grid', className)}>
      <Input
        {...rest}
        type={isVisible ? 'text' : 'password'}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        dir="ltr"
        className="pe-12 rtl:text-end"
      />
      <button
        type="button"
        aria-label={t`Show the password`}
        aria-pressed={isVisible}
        aria-controls={rest.id}
        onClick={() => setVisible(!isVisible)}
        className="absolute end-0 top-0 grid size-11 place-items-center rounded-control text-soft hover:text-ink"
      >
        <Icon of={isVisible ? EyeOff : Eye} size={20} />
      </button>
    </span>
  )
}
