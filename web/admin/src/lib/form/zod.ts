// Owns the one import of zod: it must not compile code at run time, which the shop's security policy forbids.
import { z } from 'zod'

z.config({ jitless: true })

export { z }
