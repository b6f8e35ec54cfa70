/** The path of a request as it was sent, without its query. */
export function pathOf({ url }: { readonly url: string }): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}
