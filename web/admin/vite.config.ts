// Owns how the admin is built.
import { defineConfig } from 'vite'
import { app } from '../build/vite-app.ts'

export default defineConfig(app({ base: '/admin/', port: 5174 }))
