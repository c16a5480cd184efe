/** A URL as it may stand in logs and in the delivery log: userinfo, query and fragment often hold secrets. */
export function safeUrl(text: string): string {
  try {
    const url = new URL(text);
    return `${url.protocol}//${url.host}${url.pathname}`;
  } catch {
    return '(not a URL)';
  }
}
