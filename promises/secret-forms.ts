/** Shorter than this, a value is found by chance. */
export const shortestSecret = 8;

/**
 * All the ways a secret may stand in a text: itself, escaped for JSON once or twice (the second as in a state that
 * holds a JSON document), as Go escapes it there, in a URL, and inside base64 at any of the three alignments,
 * as in an HTTP Basic header.
 */
export function formsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const go = json.replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const base64 = [0, 1, 2].map((before) => insideBase64(secret, before));
  const forms = [
    secret,
    json,
    go,
    JSON.stringify(json).slice(1, -1),
    JSON.stringify(go).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    ...base64,
    ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  ];
  return [...new Set(forms)];
}

/** Only the characters that depend on the secret alone, not on the bytes before or after it. */
function insideBase64(secret: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const encoded = bytes.toString("base64").replace(/=+$/, "");
  const cut = bytes.length % 3 === 0 ? encoded.length : encoded.length - 1;
  return encoded.slice(Math.ceil((before * 8) / 6), cut);
}
