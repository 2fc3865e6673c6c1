import { isMap, isNode, isScalar, type Pair, parseDocument } from "yaml";
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

const path = ["config", "kitestacks:services"];

/**
 * The hub's stack file with these images, one a line, as Renovate looks for them. They are put in as text: a file that
 * a YAML library writes anew has its commented-out examples under other keys.
 */
export function withImages(stackFile: string, images: Readonly<Record<string, string>>): string {
  const services = parseDocument(stackFile).getIn(path);
  const last = isMap(services) && services.flow !== true ? services.items.at(-1) : undefined;
  if (!isMap(services) || last === undefined) return writtenAnew(stackFile, images);
  const old = services.items.find(({ key }) => isScalar(key) && key.value === "images");
  const { start, end } = rangeOf(stackFile, old ?? last);
  const indent = " ".repeat(start - (stackFile.lastIndexOf("\n", start) + 1));
  const entries = Object.entries(images).map(([name, reference]) => `\n${indent}  ${name}: ${reference}`);
  const block = `images:${entries.join("")}`;
  if (old !== undefined) return stackFile.slice(0, start) + block + stackFile.slice(end);
  // Behind the comment that the last value may have on its line.
  const [line = ""] = /^.*/.exec(stackFile.slice(end)) ?? [];
  return `${stackFile.slice(0, end)}${line}\n${indent}${block}${stackFile.slice(end + line.length)}`;
}

/** From the key to the end of the value, without the line break that belongs to the range of a block. */
function rangeOf(text: string, { key, value }: Pair): { readonly start: number; readonly end: number } {
  const start = isNode(key) ? (key.range?.[0] ?? 0) : 0;
  const end = isNode(value) ? (value.range?.[1] ?? start) : start;
  return { start, end: start + text.slice(start, end).trimEnd().length };
}

function writtenAnew(stackFile: string, images: Readonly<Record<string, string>>): string {
  const document = parseDocument(stackFile);
  if (!isMap(document.getIn(path))) document.setIn(path, document.createNode({}));
  document.setIn([...path, "images"], document.createNode({ ...images }));
  const services = document.getIn(path);
  if (isMap(services)) services.flow = false;
  return document.toString({ lineWidth: 0 });
}
