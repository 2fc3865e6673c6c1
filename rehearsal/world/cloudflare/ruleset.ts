import { type Properties, ProviderError, type Value } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { list, record, text } from "../kit/values.ts";
import type { Workings } from "../workings.ts";
import { zone } from "./account.ts";

function checkRuleset(inputs: Properties): void {
  for (const entry of list(inputs["rules"])) {
    const rule = record(entry);
    if (text(rule["expression"]) === "")
      throw new ProviderError("400 Bad Request: a rule of the ruleset has no expression (20127)");
    if (text(rule["action"]) !== "redirect") continue;
    const target = record(record(record(rule["actionParameters"])["fromValue"])["targetUrl"]);
    const given = [text(target["value"]), text(target["expression"])].filter((one) => one !== "");
    if (given.length !== 1) {
      throw new ProviderError(
        "400 Bad Request: a redirect rule needs exactly one of targetUrl.value and targetUrl.expression (20131)",
      );
    }
  }
}

export function rulesetKind({ state, mint }: Workings): ResourceKind {
  const { rulesets } = state.cloudflare;
  const plainRules = (inputs: Properties): { [key: string]: unknown }[] =>
    list(inputs["rules"]).map((rule) => JSON.parse(JSON.stringify(rule)));
  return {
    schema: {
      inputs: {
        zoneId: { replaces: true },
        accountId: { replaces: true },
        kind: { required: true, replaces: true },
        phase: { required: true, replaces: true },
        name: { required: true },
        description: { computed: true },
        rules: {},
      },
      outputs: ["lastUpdated", "version"],
      outputsOfUpdate: ["lastUpdated", "version"],
    },
    create({ urn, inputs }) {
      const zoneId = text(inputs["zoneId"]);
      const phase = text(inputs["phase"]);
      zone(state, zoneId);
      checkRuleset(inputs);
      const twin = Object.values(rulesets).find((one) => one.zoneId === zoneId && one.phase === phase);
      if (twin) {
        throw new ProviderError(
          `400 Bad Request: A similar configuration with rules already exists: zone ${zoneId} has the entry-point ruleset ${twin.id} of phase ${phase}; import it (20217)`,
        );
      }
      mint.begin(urn);
      const id = mint.hex(urn, "ruleset", 32);
      rulesets[id] = {
        id,
        zoneId,
        phase,
        name: text(inputs["name"]),
        kind: text(inputs["kind"]),
        description: text(inputs["description"]),
        rules: plainRules(inputs),
        version: 1,
      };
      return { id, outputs: { version: "1", lastUpdated: state.clock } };
    },
    read({ id }) {
      const found = rulesets[id.split("/").at(-1) ?? id];
      if (!found) return undefined;
      const rules: Value = JSON.parse(JSON.stringify(found.rules));
      const { zoneId, name, kind, phase } = found;
      return { id: found.id, outputs: { zoneId, name, kind, phase, rules, version: String(found.version) } };
    },
    update({ id, news }) {
      const found = rulesets[id];
      if (!found) throw new ProviderError(`404 Not Found: could not find ruleset ${id} (20014)`);
      checkRuleset(news);
      found.rules = plainRules(news);
      found.name = text(news["name"]);
      found.version += 1;
      return { outputs: { version: String(found.version), lastUpdated: state.clock } };
    },
    delete({ id }) {
      delete rulesets[id];
    },
  };
}
