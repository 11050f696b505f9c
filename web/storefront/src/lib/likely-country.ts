// Owns the guess where a visitor is.

/** The country a person is probably in, by the languages of the browser: `de-AT` says Austria. */
export function likelyCountry(): string {
  for (const language of navigator.languages) {
    const { region } = new Intl.Locale(language)
    if (region && region.length === 2 && language.includes('-')) return region
  }
  return 'DE'
}
