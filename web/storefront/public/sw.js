// Owns what works without a network: the built files, which never change, and a page that says what is the matter.
// Documents, carts, prices and accounts are never kept.
const CACHE = 'files'
/** Files of earlier versions go, the oldest first. */
const FILES_MAX = 150
const OFFLINE_LOOK = '/offline.css'

const WORDS = {
  en: {
    title: 'You are offline',
    text: 'This page comes from the network, which does not answer. Your cart is kept.',
    retry: 'Try again',
  },
  de: {
    title: 'Sie sind offline',
    text: 'Diese Seite kommt aus dem Netz, und das antwortet nicht. Ihr Warenkorb bleibt erhalten.',
    retry: 'Noch einmal versuchen',
  },
  ar: {
    title: 'أنت غير متصل بالإنترنت',
    text: 'تأتي هذه الصفحة من الشبكة، وهي لا تستجيب الآن. سلة مشترياتك محفوظة.',
    retry: 'حاول مرة أخرى',
  },
}

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.add(OFFLINE_LOOK)))
})

self.addEventListener('activate', (event) => {
  // The browser asks for the document while the worker is still waking up.
  event.waitUntil(Promise.all([self.registration.navigationPreload?.enable(), tidy()]))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (pathname.startsWith('/assets/') || pathname === OFFLINE_LOOK) event.respondWith(kept(request))
  else if (request.mode === 'navigate' && !pathname.startsWith('/admin')) event.respondWith(navigate(event))
})

/** Their names tell their content: what is here is right. */
async function kept(request) {
  const cache = await caches.open(CACHE)
  const found = await cache.match(request)
  if (found) return found
  const response = await fetch(request)
  if (response.ok) await cache.put(request, response.clone())
  return response
}

async function navigate(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request))
  } catch {
    return offline(new URL(event.request.url).pathname)
  }
}

function offline(path) {
  const prefix = path.split('/')[1]
  const language = Object.hasOwn(WORDS, prefix) ? prefix : 'en'
  const { title, text, retry } = WORDS[language]
  const html = `<!doctype html>
<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${OFFLINE_LOOK}">
<main>
<h1>${title}</h1>
<p>${text}</p>
<a href="">${retry}</a>
</main>`
  return new Response(html, { status: 503, headers: { 'content-type': 'text/html; charset=utf-8' } })
}

async function tidy() {
  const cache = await caches.open(CACHE)
  const files = await cache.keys()
  const surplus = files.slice(0, Math.max(0, files.length - FILES_MAX))
  await Promise.all(surplus.map((file) => cache.delete(file)))
}
