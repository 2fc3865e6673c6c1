/** Shorter than this, a value is found by chance. */
export const shortestSecret = 8;

/**
 * All the ways a secret may stand in a text: itself, escaped for JSON once or twice (the second as in a state that
 * holds a JSON document), as Go escapes it there, in a URL, in one case throughout, in hexadecimal digits, and inside
 * base64 at any of the three alignments, as in an HTTP Basic header. What is itself an encoding of bytes is looked for
 * as these bytes too: the id of a RandomBytes is the base64 of what an application gets in hexadecimal digits, and
 * twenty secrets stood in every state that way while only their digits were looked for.
 */
export function formsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const go = json.replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const url = encodeURIComponent(secret.toWellFormed());
  const forms = [
    secret,
    json,
    go,
    JSON.stringify(json).slice(1, -1),
    JSON.stringify(go).slice(1, -1),
    url,
    // The escapes alone differ in case from one writer of URLs to another.
    url.replace(/%../g, (sign) => sign.toLowerCase()),
    secret.toUpperCase(),
    secret.toLowerCase(),
    ...[Buffer.from(secret), ...decodings(secret)].flatMap(formsOfBytes),
  ];
  return [...new Set(forms)].filter((form) => form.length >= shortestSecret);
}

/** The bytes that a secret is a text of, if it is one; eight or more, so that nothing is found by chance. */
function decodings(secret: string): readonly Buffer[] {
  const found: Buffer[] = [];
  if (/^([0-9a-f]{2})+$/i.test(secret)) found.push(Buffer.from(secret, "hex"));
  // Node reads either alphabet, padded or not.
  if (/^[\w+/-]+={0,2}$/.test(secret)) found.push(Buffer.from(secret, "base64"));
  return found.filter(({ length }) => length >= shortestSecret);
}

function formsOfBytes(bytes: Buffer): readonly string[] {
  const hex = bytes.toString("hex");
  const base64 = [0, 1, 2].map((before) => insideBase64(bytes, before));
  return [
    hex,
    hex.toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
    // As in a URL, which has a form of its own for two of the signs.
    ...base64.map((text) => encodeURIComponent(text)),
  ];
}

/** Only the characters that depend on the secret alone, not on the bytes before or after it. */
function insideBase64(secret: Buffer, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), secret]);
  const encoded = bytes.toString("base64").replace(/=+$/, "");
  const cut = bytes.length % 3 === 0 ? encoded.length : encoded.length - 1;
  return encoded.slice(Math.ceil((before * 8) / 6), cut);
}
