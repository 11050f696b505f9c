// Owns which tests run: those beside the code, and the checks of the workspace itself.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'storefront/src/**/*.test.ts', 'admin/src/**/*.test.ts', 'checks/*.test.ts'],
  },
})
