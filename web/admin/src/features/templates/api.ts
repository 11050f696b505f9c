// Owns the texts of messages: each in several languages, with its versions.
import { api, ok } from '@rialto/api/client.ts'
import { ProblemError } from '@rialto/api/problem.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

export type Template = components['schemas']['Page_TemplateView']['items'][number]
export type Text = components['schemas']['TextView']
export type Draft = components['schemas']['WriteText']
export type Variable = components['schemas']['Variable']
export type Topic = components['schemas']['Topic']

export const templatesQuery = queryOptions({
  queryKey: ['templates'],
  queryFn: async ({ signal }) => (await ok(api.GET('/notifications/templates', { signal }))).items,
})

/** The text in use. One that was never written begins as a copy of another language. */
export const textQuery = (name: string, language: string) =>
  queryOptions({
    queryKey: ['templates', name, language],
    queryFn: async ({ signal }): Promise<Text> => {
      try {
        return await read(name, language, signal)
      } catch (error) {
        const isNew = error instanceof ProblemError && error.status === 404 && language !== 'en'
        if (!isNew) throw error
        return { ...(await read(name, 'en', signal)), language, version: 0, saved_at: null, saved_by: null }
      }
    },
  })

function read(name: string, language: string, signal: AbortSignal): Promise<Text> {
  return ok(api.GET('/notifications/templates/{name}/{language}', { params: { path: { name, language } }, signal }))
}

export const versionsQuery = (name: string, language: string) =>
  queryOptions({
    queryKey: ['templates', name, language, 'versions'],
    queryFn: async ({ signal }) => {
      const path = { name, language }
      const versions = await ok(
        api.GET('/notifications/templates/{name}/{language}/versions', { params: { path }, signal }),
      )
      return versions.items
    },
  })

/** How a text would look that is not saved. */
export const previewQuery = (name: string, language: string, draft: Draft) =>
  queryOptions({
    queryKey: ['templates', name, language, 'preview', draft],
    queryFn: ({ signal }) =>
      ok(
        api.POST('/notifications/templates/{name}/{language}/preview', {
          params: { path: { name, language } },
          body: draft,
          signal,
        }),
      ),
    retry: false,
    gcTime: 60_000,
  })

function useForgetTemplates() {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: ['templates'] })
}

export function useSaveText(name: string, language: string) {
  const forget = useForgetTemplates()
  return useMutation({
    mutationFn: ({ draft, version }: { draft: Draft; version: number }) =>
      ok(
        api.PUT('/notifications/templates/{name}/{language}', {
          params: { path: { name, language }, header: { 'If-Match': `"${version}"` } },
          body: draft,
        }),
      ),
    onSuccess: forget,
  })
}

export function useRevertText(name: string, language: string) {
  const forget = useForgetTemplates()
  return useMutation({
    mutationFn: () =>
      ok(api.DELETE('/notifications/templates/{name}/{language}', { params: { path: { name, language } } })),
    onSuccess: forget,
  })
}

export function useTestSend(name: string, language: string) {
  return useMutation({
    mutationFn: (to: string) =>
      ok(
        api.POST('/notifications/templates/{name}/{language}/test', {
          params: { path: { name, language } },
          body: { to: to || null },
        }),
      ),
  })
}
