import { type Catalogue, catalogue } from "../catalogue/catalogue.ts";
import { makePlan } from "../plan/make-plan.ts";
import type { Plan } from "../plan/plan.ts";
import { type Problem, SettingsError } from "../settings/problem.ts";
import { loadStackFiles, readSettings } from "../settings/read.ts";
import { providedSecrets, secretKeys } from "../settings/secrets.ts";
import type { Settings } from "../settings/settings.ts";
import { madeUpSecrets } from "./made-up-secrets.ts";
import { onlyHosts, type StackFiles, withoutEncryption, withSecretsGiven } from "./stack-files.ts";

/** Who takes part in a rehearsal: read and judged before any engine is started. */
export interface Cast {
  /** The stack files, without anything encrypted. */
  readonly files: StackFiles;
  /** Made-up values of the secrets that the hub's stack needs, by flat key. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly catalogue: Catalogue;
  readonly plan: Plan;
}

/** Throws `SettingsError` with everything that is wrong in the stack files. */
export function readCast(folder: string, hosts?: readonly string[]): Cast {
  const found = withoutEncryption(loadStackFiles(folder));
  if (Object.keys(found).length === 0) throw new SettingsError([noStackFiles(folder)]);
  return castOf(hosts === undefined ? found : onlyHosts(found, hosts));
}

/** The same, of stack files that are at hand and, where a service is added or taken away, another catalogue. */
export function castOf(files: StackFiles, services: Catalogue = catalogue): Cast {
  const everything = settingsOf(withSecretsGiven(files, secretKeys));
  const needed = providedSecrets.filter(
    ({ key, required }) => required(everything) || key === "forgejoToken",
  );
  const keys = needed.map(({ key }) => key);
  const settings = settingsOf(withSecretsGiven(files, keys));
  const values = madeUpSecrets(settings.site.domain);
  return {
    files,
    secrets: Object.fromEntries(keys.map((key) => [key, values[key] ?? ""])),
    catalogue: services,
    plan: makePlan(settings, services),
  };
}

function noStackFiles(folder: string): Problem {
  return {
    file: folder,
    key: "",
    wrong: "no stack file here",
    remedy: "name the folder that holds Pulumi.<host>.yaml, one file for each host",
  };
}

/** As the hub, whose secrets are the only ones; where there is no hub the settings say so themselves. */
function settingsOf(files: StackFiles): Settings {
  const hub = Object.keys(files).find((file) => /^\s*role:\s*hub\b/m.test(files[file] ?? ""));
  const [first = ""] = Object.keys(files);
  return readSettings({ files, stack: (hub ?? first).slice("Pulumi.".length, -".yaml".length) });
}
