// Owns how the journeys run: against a shop that is started for the run, in Debian's Chromium, on a phone and on a desktop.
import { defineConfig } from '@playwright/test'
import { freePort } from './support/start-shop.ts'

/** A shop that runs already, such as Vite's at http://localhost:5173; otherwise one is started, and thrown away. */
const given = process.env['RIALTO_E2E_URL']
// Workers read this file too, and inherit the port.
process.env['RIALTO_E2E_PORT'] ??= String(await freePort())
const url = given ?? `http://localhost:${process.env['RIALTO_E2E_PORT']}`
process.env['RIALTO_E2E_SHOP'] = url

const CHROME_FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export default defineConfig({
  outputDir: 'results',
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env['CI']),
  // A second try is told as flaky: it keeps a busy machine from looking like a broken shop.
  retries: process.env['CI'] ? 2 : 0,
  timeout: Number(process.env['RIALTO_E2E_TIMEOUT'] ?? 90_000),
  expect: { timeout: 20_000 },
  reporter: [['./support/numbers-reporter.ts'], [process.env['CI'] ? 'dot' : 'list']],
  ...(!given && {
    webServer: {
      command: 'node serve.ts',
      url: `${url}/readyz`,
      timeout: 120_000,
      stdout: 'pipe',
      gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 },
    },
  }),
  use: {
    baseURL: url,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: { executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium', args: CHROME_FLAGS },
    actionTimeout: 20_000,
    screenshot: 'only-on-failure',
  },
  projects: [
    {
      name: 'phone',
      grepInvert: /@desktop/,
      use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
    },
    { name: 'desktop', grepInvert: /@phone/, use: { viewport: { width: 1350, height: 900 } } },
  ],
})
