/**
 * Tailscale writes policies in HuJSON: JSON with comments and trailing commas. Only what turns it into plain JSON
 * and what decides whether two texts are "equal when formatted" (the provider compares no deeper) stands here.
 */
interface Piece {
  kind: "string" | "comment" | "other";
  text: string;
}

function pieces(source: string): Piece[] {
  const pattern = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[^"/]+|\//g;
  return (source.match(pattern) ?? []).map((text) => ({
    kind: text.startsWith('"')
      ? "string"
      : text.startsWith("//") || text.startsWith("/*")
        ? "comment"
        : "other",
    text,
  }));
}

/** @throws SyntaxError with the parser's own words. */
export function parseHujson(source: string): unknown {
  const withoutComments = pieces(source)
    .filter((piece) => piece.kind !== "comment")
    .map((piece) => piece.text)
    .join("");
  const plain = pieces(withoutComments)
    .map((piece) => piece.text)
    .join("")
    .replaceAll(/("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])/g, (_match, literal?: string) => literal ?? "");
  return JSON.parse(plain);
}

/** The text without layout: equal for two texts that `hujson.Format` writes alike. Comments and key order count. */
export function formatted(source: string): string {
  return pieces(source)
    .map((piece) => (piece.kind === "other" ? piece.text.replaceAll(/\s+/g, "") : piece.text.trim()))
    .join("")
    .replaceAll(/("(?:[^"\\]|\\.)*")|,(?=[\]}])/g, (_match, literal?: string) => literal ?? "");
}
