import { readFile } from "node:fs/promises";

/**
 * Fills the includes of a page the way nginx does for the one directive that the portal uses.
 *
 * @param part the content for a path, undefined when there is none
 * @throws when an include names a part that does not exist (nginx would show an error text in the page).
 */
export async function fillIn(path: string, part: (path: string) => string | undefined): Promise<string> {
  const page = await readFile(path, "utf8");
  return page.replace(/<!--# include virtual="([^"]+)" -->/g, (_, name: string) => {
    const content = part(name);
    if (content === undefined)
      throw new Error(`${path} includes ${name}, which the deployment does not write.`);
    return content;
  });
}
