// Owns texts in tables that may be long, as addresses are: cut off so that the last column stays in sight.
export function ShortText({ children }: { children: string }) {
  return (
    <span title={children} className="block max-w-44 truncate">
      {children}
    </span>
  )
}
