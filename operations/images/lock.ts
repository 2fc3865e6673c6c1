import { isMap, parseDocument } from "yaml";
import type { Catalogue } from "../../catalogue/catalogue.ts";
import type { Service } from "../../catalogue/service.ts";
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
  for (const service of catalogue) {
    const tagged = withoutDigest(services.images[service.name] ?? ownReference(service));
    locked[service.name] = `${tagged}@${await digestOf(tagged, registryUrl)}`;
  }
  return locked;
}

/**
 * One line for each override with another tag than the catalogue's. Overrides go first: once everything was locked,
 * updates of the catalogue alone change nothing, and nobody would notice.
 */
export function differingOverrides(
  { services }: Pick<Settings, "services">,
  catalogue: Catalogue,
): readonly string[] {
  return catalogue.flatMap((service) => {
    const own = withoutDigest(ownReference(service));
    const override = withoutDigest(services.images[service.name] ?? own);
    return override === own
      ? []
      : [
          `${service.name}: services.images says ${override}, the catalogue ${own}. ` +
            "Take the entry out of services.images to follow the catalogue, then lock again.",
        ];
  });
}

const ownReference = ({ image }: Service) => ("reference" in image ? image.reference : image.base);

const withoutDigest = (reference: string) => reference.replace(/@sha256:[0-9a-f]{64}$/, "");

/** The hub's stack file with these images; everything else in it, comments included, stays. */
export function withImages(stackFile: string, images: Readonly<Record<string, string>>): string {
  const document = parseDocument(stackFile);
  const path = ["config", "kitestacks:services"];
  if (!isMap(document.getIn(path))) document.setIn(path, document.createNode({}));
  document.setIn([...path, "images"], document.createNode({ ...images }));
  return document.toString({ lineWidth: 0 });
}
