// Owns the page of one product: its form, saving it, and what else can be done with it.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { useSuspenseQuery } from '@tanstack/react-query'
import { FormProvider } from 'react-hook-form'
import { ConflictDialog } from '#lib/conflict/conflict-dialog.tsx'
import { formErrors } from '#lib/form/form-errors.ts'
import { LeaveGuard } from '#lib/form/leave-guard.tsx'
import { ObjectFacts } from '#lib/object-facts.tsx'
import { Page } from '#lib/page.tsx'
import { useMay } from '#lib/session.ts'
import { StateBadge } from '#lib/words.tsx'
import { productQuery } from '../api.ts'
import { labelOf } from '../form/field-names.ts'
import { currencyOf } from '../form/product-form.ts'
import { STATUS_WORDS } from '../form/product-words.ts'
import { useProblemWords } from '../form/use-problem-words.ts'
import { MediaSection } from '../media/media-section.tsx'
import { VariantsSection } from '../variants/variants-section.tsx'
import { AttributesSection } from './attributes-section.tsx'
import { Checklist } from './checklist.tsx'
import { useConflictFields } from './conflict-fields.tsx'
import { OrganizeSection } from './organize-section.tsx'
import { ProductActions } from './product-actions.tsx'
import { ProductSaveBar } from './product-save-bar.tsx'
import { SaveFailure } from './save-failure.tsx'
import { SeoSection } from './seo-section.tsx'
import { TextSection } from './text-section.tsx'
import { useProductForm } from './use-product-form.ts'

export function ProductPage({ id }: { id: string }) {
  const { t, i18n } = useLingui()
  const mayWrite = useMay()('catalog:write')
  const { data: product } = useSuspenseQuery(productQuery(id))
  const editor = useProductForm(product)
  const { form, base, before, save, stale } = editor
  const { isDirty, errors } = form.formState
  const words = useProblemWords()
  const conflictFields = useConflictFields()
  const currency = currencyOf(base)
  const summary = formErrors(errors).map(({ name = '', message }) => ({
    name,
    message: `${labelOf(name, form.getValues(), (label) => i18n._(label))}: ${words(String(message))}`,
  }))

  return (
    <FormProvider {...form}>
      <form onSubmit={editor.submit} noValidate>
        <Page
          title={base.title}
          above={[{ label: t`Products`, link: { to: '/products' } }]}
          actions={
            <div className="flex flex-wrap items-center gap-3">
              <StateBadge words={STATUS_WORDS} state={base.status} />
              <ProductActions product={base} mayWrite={mayWrite} isDirty={isDirty} />
              {mayWrite && base.status !== 'published' && (
                <Button tone="accent" busy={save.isPending} onClick={() => editor.publish()}>
                  {t`Publish`}
                </Button>
              )}
            </div>
          }
        >
          <ErrorSummary errors={summary} attempt={editor.attempt} />
          <SaveFailure error={save.error} isConflict={stale !== undefined} hasFields={summary.length > 0} />
          {editor.refusedStock.length > 0 && (
            <ErrorState error={undefined} title={t`The stock of some variants is unchanged`}>
              {t`The product is saved, but not the stock of ${editor.refusedStock.join(', ')}: more pieces are promised to orders, or your role may not change stock.`}
            </ErrorState>
          )}
          <fieldset disabled={!mayWrite} className="contents">
            <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem] xl:grid-cols-[minmax(0,1fr)_24rem]">
              <div className="grid grid-cols-1 gap-5">
                <TextSection />
                <MediaSection />
              </div>
              <div className="grid grid-cols-1 gap-5">
                {base.status === 'draft' && <Checklist />}
                <OrganizeSection />
              </div>
            </div>
            <VariantsSection currency={currency} title={base.title} savedStock={before.variants} />
            <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem] xl:grid-cols-[minmax(0,1fr)_24rem]">
              <div className="grid grid-cols-1 gap-5">
                <AttributesSection />
                <SeoSection savedSlug={base.slug} />
              </div>
              <ObjectFacts object={base} path={`/products/${base.id}`} />
            </div>
          </fieldset>
          {mayWrite && <ProductSaveBar before={before} busy={save.isPending} onDiscard={editor.discard} />}
        </Page>
      </form>
      <LeaveGuard active={isDirty && !save.isPending} />
      <ConflictDialog
        conflict={stale?.conflict}
        fields={conflictFields}
        changedAt={stale?.latest.updated_at}
        busy={save.isPending}
        onResolve={editor.resolve}
        onClose={editor.keepTyping}
      />
    </FormProvider>
  )
}
