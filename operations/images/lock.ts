import { isMap, parseDocument } from "yaml";
import type { Catalogue } from "../../catalogue/catalogue.ts";
import type { Settings } from "../../settings/settings.ts";
import { digestOf, type RegistryUrl } from "./registry.ts";

/**
 * Every service's image with the digest that its tag stands for now: by service name, as `services.images` takes it.
 * A digest that is there already is asked for anew, because the tag may have moved.
 */
export async function lockedImages(
  { services }: Pick<Settings, "services">,
  catalogue: Catalogue,
  registryUrl: RegistryUrl,
): Promise<Record<string, string>> {
  const locked: Record<string, string> = {};
  // One after the other: some registries answer a burst of questions with 429.
  for (const { name, image } of catalogue) {
    const own = "reference" in image ? image.reference : image.base;
    const tagged = (services.images[name] ?? own).replace(/@sha256:[0-9a-f]{64}$/, "");
    locked[name] = `${tagged}@${await digestOf(tagged, registryUrl)}`;
  }
  return locked;
}

/** The hub's stack file with these images; everything else in it, comments included, stays. */
export function withImages(stackFile: string, images: Readonly<Record<string, string>>): string {
  const document = parseDocument(stackFile);
  const path = ["config", "kitestacks:services"];
  if (!isMap(document.getIn(path))) document.setIn(path, document.createNode({}));
  document.setIn([...path, "images"], document.createNode({ ...images }));
  return document.toString({ lineWidth: 0 });
}
