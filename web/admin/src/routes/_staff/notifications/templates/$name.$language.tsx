// One text in one language.
import { createFileRoute, notFound } from '@tanstack/react-router'
import { templatesQuery, textQuery } from '#features/templates/api.ts'
import { TextPage } from '#features/templates/text-page.tsx'
import { found } from '#lib/found.ts'

export const Route = createFileRoute('/_staff/notifications/templates/$name/$language')({
  loader: async ({ context: { queryClient }, params: { name, language } }) => {
    const [templates] = await found(
      Promise.all([
        queryClient.ensureQueryData(templatesQuery),
        queryClient.ensureQueryData(textQuery(name, language)),
      ]),
    )
    if (!templates.some((template) => template.name === name)) throw notFound()
  },
  component: TextRoute,
})

function TextRoute() {
  return <TextPage {...Route.useParams()} />
}
