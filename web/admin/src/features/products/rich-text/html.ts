// Owns the small differences between the HTML the editor writes and the HTML the shop keeps.

/** Whether a text has what the shop allows and the editor does not know. */
export function isBeyondEditor(html: string): boolean {
  return /<(?:table|dl|sub|sup|small)\b|<[^>]+\slang=/i.test(html)
}

/** The editor puts a paragraph into each item of a list, which shops write without. */
export function asSaved(html: string): string {
  return html.replaceAll(/<li><p>((?:(?!<\/?(?:p|ul|ol|li)>).)*)<\/p>/gs, '<li>$1')
}
