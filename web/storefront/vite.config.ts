// Owns how the storefront is built.
import { defineConfig } from 'vite'
import { app } from '../build/vite-app.ts'
import { MESSAGE_PARTS } from './message-parts.ts'

/** The pages for browsing: people decide by them whether to stay. */
const FAST_PAGES = { home: ['index'], list: ['c.$slug', 'search'], product: ['p.$slug'] }

export default defineConfig(app({ base: '/', port: 5173, fastPages: FAST_PAGES, messageParts: MESSAGE_PARTS }))
