// Owns pictures on their way to the shop: a few at a time, each with its progress, each to be tried again alone.
import { type Media, uploadPicture } from '@rialto/api/upload.ts'
import { useEffect, useRef, useState } from 'react'

export interface Upload {
  file: File
  /** From 0 to 1. */
  progress: number
  error?: unknown
}

const AT_ONCE = 3

export function useUploads(onDone: (key: string, media: Media) => void) {
  const [uploads, setUploads] = useState<Readonly<Record<string, Upload>>>({})
  const waiting = useRef<{ key: string; file: File }[]>([])
  const running = useRef(new Map<string, AbortController>())
  const done = useRef(onDone)
  done.current = onDone

  // A page that is left uploads nothing more.
  useEffect(() => {
    const controllers = running.current
    return () => {
      for (const controller of controllers.values()) controller.abort()
    }
  }, [])

  function change(key: string, change: Partial<Upload> | undefined) {
    setUploads(({ [key]: upload, ...others }) =>
      upload && change ? { ...others, [key]: { ...upload, ...change } } : others,
    )
  }

  function begin() {
    while (running.current.size < AT_ONCE) {
      const next = waiting.current.shift()
      if (!next) return
      void send(next.key, next.file)
    }
  }

  async function send(key: string, file: File) {
    const controller = new AbortController()
    running.current.set(key, controller)
    try {
      const onProgress = (progress: number) => change(key, { progress })
      done.current(key, await uploadPicture(file, { onProgress, signal: controller.signal }))
      change(key, undefined)
    } catch (error) {
      if (!controller.signal.aborted) change(key, { error })
    } finally {
      running.current.delete(key)
      begin()
    }
  }

  function add(files: ReadonlyArray<{ key: string; file: File }>) {
    setUploads((others) => ({
      ...others,
      ...Object.fromEntries(files.map(({ key, file }) => [key, { file, progress: 0 }])),
    }))
    waiting.current.push(...files)
    begin()
  }

  return {
    uploads,
    add,
    retry: (key: string) => {
      const file = uploads[key]?.file
      if (file) add([{ key, file }])
    },
    cancel: (key: string) => {
      waiting.current = waiting.current.filter((upload) => upload.key !== key)
      running.current.get(key)?.abort()
      change(key, undefined)
    },
  }
}
