// Owns the upload of files with its progress, which fetch cannot tell.
import { session } from './client.ts'
import { ProblemError, problemFrom, unreachable } from './problem.ts'
import type { components } from './schema.d.ts'

export type Media = components['schemas']['MediaView']
export type Import = components['schemas']['ImportView']

interface UploadOptions {
  /** From 0 to 1. */
  onProgress: (share: number) => void
  signal: AbortSignal
}

/** Sends `file` to `POST /media`. */
export function uploadPicture(file: File, options: UploadOptions): Promise<Media> {
  return upload<Media>('/media', file, options)
}

/** Sends `file` to `POST /imports`. */
export function uploadImport(file: File, options: UploadOptions): Promise<Import> {
  return upload<Import>('/imports', file, options)
}

/** Fails as the rest of the client does, with ProblemError. */
async function upload<T>(path: string, file: File, options: UploadOptions): Promise<T> {
  await session.restore()
  const token = session.token
  try {
    return await send<T>(path, file, token, options)
  } catch (error) {
    const isExpired = error instanceof ProblemError && error.status === 401 && token !== undefined
    if (!isExpired || (await session.renew(token)) !== 'renewed') throw error
    return send<T>(path, file, session.token, options)
  }
}

function send<T>(
  path: string,
  file: File,
  token: string | undefined,
  { onProgress, signal }: UploadOptions,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.responseType = 'json'
    if (token) request.setRequestHeader('authorization', `Bearer ${token}`)
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => {
      if (lengthComputable) onProgress(loaded / total)
    }
    request.onload = () => {
      if (request.status === 201) resolve(request.response as T)
      else reject(problemFrom(asResponse(request), request.response))
    }
    request.onerror = () => reject(unreachable(undefined))
    request.onabort = () => reject(new DOMException('The upload was cancelled.', 'AbortError'))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    const form = new FormData()
    form.append('file', file)
    request.send(form)
  })
}

/** What `problemFrom` reads of a response: its status and its headers. */
function asResponse(request: XMLHttpRequest): Response {
  const headers = new Headers()
  for (const name of ['retry-after', 'x-request-id']) {
    const value = request.getResponseHeader(name)
    if (value) headers.set(name, value)
  }
  return new Response(null, { status: request.status, statusText: request.statusText, headers })
}
