/** Text for HTML and SVG, in content and in attributes. */
export const asText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** GiB with one decimal, from MiB. */
export const gib = (mib: number): string => `${(mib / 1024).toFixed(1)} GiB`;
