import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { catalogue } from "../catalogue/catalogue.ts";
import type { Text } from "../catalogue/text.ts";
import { parseConfiguration } from "../metrics-api/src/configuration/configuration.ts";
import { goodFiles } from "../settings/fixtures/bad-cases.ts";
import { SettingsError } from "../settings/problem.ts";
import { readSettings } from "../settings/read.ts";
import type { Settings } from "../settings/settings.ts";
import { makePlan } from "./make-plan.ts";

/** What a person may write where the metrics API reads it in the end: likely values, and odd ones. */
const site = fc.record({
  domain: fc.oneof(fc.domain(), fc.constantFrom("xn--bro-hoa.de", "xn--a.example", "xn--0.de", "a.b--c.de")),
  weatherPlace: fc.oneof(
    fc.constantFrom("Frankfurt (Oder)", "38.72,-9.14", "~Eiffel Tower", "Saint-Étienne", "..", ":help", " "),
    fc.string({ unit: fc.constantFrom(..."aé東9 .,'()~@+-/:?%"), minLength: 1, maxLength: 4 }),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 120 }),
  ),
  title: fc.oneof(fc.constant("KiteStacks"), fc.string({ minLength: 1 })),
});

const network = fc.oneof(
  fc.constant({ subnet: "172.30.0.0/24" }),
  fc
    .tuple(fc.nat(255), fc.nat(255), fc.integer({ min: 14, max: 28 }))
    .map(([b, c, prefix]) => ({ subnet: `10.${b}.${c}.0/${prefix}` })),
);

const host = fc.record({ tailnetAddress: fc.oneof(fc.constant("100.64.0.1"), fc.ipV4()) });

/** Undefined: the settings refuse it, which is right as well. */
function settingsWith(changes: Readonly<Record<string, object>>, member: object): Settings | undefined {
  const files = goodFiles("two-hosts");
  const hub = parse(files["Pulumi.cloud.yaml"] ?? "");
  const home = parse(files["Pulumi.home.yaml"] ?? "");
  for (const [key, change] of Object.entries(changes)) Object.assign(hub.config[`kitestacks:${key}`], change);
  delete hub.config["kitestacks:network"].gateway;
  hub.config["kitestacks:forgejoToken"] = { secure: "v1:given" };
  hub.config["kitestacks:services"] = { acceptSplitData: splitServices };
  Object.assign(home.config["kitestacks:host"], member);
  try {
    return readSettings({
      files: { "Pulumi.cloud.yaml": stringify(hub), "Pulumi.home.yaml": stringify(home) },
      stack: "cloud",
    });
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
}

const splitServices = catalogue
  .filter((service) => service.public && service.data.writable && service.data.placement === "per-host")
  .map(({ name }) => name);

/** A secret as a person may give it, an address as the tailnet gives one. */
const known = (value: Text): string =>
  (typeof value === "string" ? [value] : value)
    .map((part) =>
      typeof part === "string" ? part : part.ref === "address" ? "100.64.200.9" : "0a".repeat(20),
    )
    .join("");

test("the metrics API takes whatever the settings let through, on every host", () => {
  let taken = 0;
  fc.assert(
    fc.property(site, network, host, (site, network, member) => {
      const settings = settingsWith({ site, network }, member);
      if (settings === undefined) return;
      taken += 1;
      for (const { containers } of makePlan(settings, catalogue).hosts) {
        const container = containers.find(({ name }) => name === "kitestacks-metrics-api");
        const variables = Object.entries(container?.environment ?? {}).map(([name, value]) => [
          name,
          known(value),
        ]);
        // The host's root is mounted in the container only.
        const configuration = parseConfiguration({ ...Object.fromEntries(variables), HOST_ROOT: "/" });
        expect(configuration.weather.place).toBe(settings.site.weatherPlace);
      }
    }),
    { numRuns: 120 },
  );
  expect(taken).toBeGreaterThan(3);
});
