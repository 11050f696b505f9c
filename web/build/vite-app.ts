// Owns how both apps are built and served in development; each app's vite.config.ts names only what differs.
import { lingui, linguiTransformerBabelPreset } from '@lingui/vite-plugin'
import babel from '@rolldown/plugin-babel'
import tailwindcss from '@tailwindcss/vite'
import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import type { ProxyOptions, UserConfig } from 'vite'
import { groups } from './chunks.ts'
import { icons } from './icons.ts'
import { plainImports } from './plain-imports.ts'
import { precompress } from './precompress.ts'
import { type MessageParts, splitMessages } from './split-messages.ts'

interface App {
  base: '/' | '/admin/'
  port: number
  /** The routes that must be there fast, by kind. */
  fastPages?: Readonly<Record<string, readonly string[]>>
  /** How the texts are cut; absent: not at all. */
  messageParts?: MessageParts
}

// The native transform it recommends is the one that npm on Node 20 leaves out, see below.
process.env['LINGUI_SUPPRESS_BABEL_WARNING'] = '1'

/** First segments of the API's paths. Some are pages too (`/cart`): a browser that navigates asks for HTML. */
const API_PATHS =
  '^/(v1/)?(cart|categories|csp-reports|events|imports|inventory|media|notifications|orders|payments?|products|promotions|reports|returns|reviews|rum|settings|shipping|shop|users)([/?]|$)'

export function app({ base, port, fastPages = {}, messageParts }: App): UserConfig {
  return {
    base,
    plugins: [
      tanstackRouter({
        target: 'react',
        autoCodeSplitting: true,
        // A page's loader comes with the page: the first load carries neither for pages that are not shown.
        codeSplittingOptions: { defaultBehavior: [['component', 'loader'], ['errorComponent'], ['notFoundComponent']] },
        quoteStyle: 'single',
        semicolons: false,
      }),
      icons(),
      react(),
      lingui({ failOnCompileError: true }),
      // Lingui's native transform would be faster, but npm on Node 20 leaves its binary out.
      babel({ presets: [linguiTransformerBabelPreset()] }),
      tailwindcss(),
      messageParts && splitMessages(messageParts),
      plainImports(),
      precompress(),
    ],
    resolve: {
      // React has had what these stand in for since version 18.
      alias: [
        { find: /^use-sync-external-store\/shim$/, replacement: 'react' },
        {
          find: /^use-sync-external-store\/shim\/with-selector$/,
          replacement: 'use-sync-external-store/with-selector',
        },
      ],
    },
    build: {
      manifest: true,
      // The browsers that know what the pages use: light-dark(), <dialog> with allow-discrete, Set methods.
      target: ['chrome123', 'edge123', 'firefox129', 'safari18'],
      // A data: URL would need an exception in the Content-Security-Policy.
      assetsInlineLimit: 0,
      // The names of all files that other files need would be a part of every first load. What a page needs that is opened
      // first is in its document; the next ones are fetched when somebody is about to go there.
      modulePreload: false,
      reportCompressedSize: false,
      rolldownOptions: {
        output: {
          // What several pages share would be named after all of them.
          chunkFileNames: ({ name }) => `assets/${name.split('~')[0]}-[hash].js`,
          // Few files at first load, and libraries that stay cached when only the pages change.
          codeSplitting: { groups: groups(fastPages) },
        },
      },
    },
    server: { port, strictPort: true, proxy: toShop() },
    preview: { port, strictPort: true, proxy: toShop() },
  }
}

/** The running shop, `RIALTO_URL`. */
function toShop(): Record<string, ProxyOptions> {
  const shop = { target: process.env['RIALTO_URL'] ?? 'http://localhost:8080', changeOrigin: false }
  return {
    // Pages that are the shop's own: the mailbox, the sandbox bank.
    '^/(dev|payment/sandbox)/': shop,
    [API_PATHS]: {
      ...shop,
      bypass: (request) => {
        const navigates = request.method === 'GET' && request.headers.accept?.includes('text/html')
        return navigates ? '/index.html' : undefined
      },
    },
  }
}
