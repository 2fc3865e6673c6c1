import { type Properties, ProviderError, type Value } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { canonical, flag, list, number, record, text } from "../kit/values.ts";
import type { DnsRecord, WorldState } from "../state.ts";
import type { Workings } from "../workings.ts";

export function zone(state: WorldState, id: string): { id: string; name: string; accountId: string } {
  for (const account of Object.values(state.cloudflare.accounts)) {
    const found = account.zones[id];
    if (found) return { ...found, accountId: account.id };
  }
  throw new ProviderError(`403 Forbidden: the API token has no access to zone ${id || "(none)"} (9109)`);
}

const ADDRESS_TYPES = ["A", "AAAA", "CNAME"];

/** Cloudflare's rules for records that live under one name. */
function refuseTwin(
  state: WorldState,
  zoneId: string,
  wanted: Pick<DnsRecord, "id" | "name" | "type" | "content">,
): void {
  const others = Object.values(state.cloudflare.records).filter(
    (record) => record.zoneId === zoneId && record.name === wanted.name && record.id !== wanted.id,
  );
  const isAddress = ADDRESS_TYPES.includes(wanted.type);
  const clash = others.find((record) => {
    const cname = record.type === "CNAME" || wanted.type === "CNAME";
    return cname && ADDRESS_TYPES.includes(record.type) && isAddress;
  });
  if (clash) {
    throw new ProviderError(
      `400 Bad Request: An A, AAAA, or CNAME record with that host already exists: ${wanted.name} is a ${clash.type} to ${clash.content} (81053)`,
    );
  }
  if (others.some((record) => record.type === wanted.type && record.content === wanted.content)) {
    throw new ProviderError(
      `400 Bad Request: An identical record already exists: ${wanted.type} ${wanted.name} (81058)`,
    );
  }
}

function recordFrom(inputs: Properties): Omit<DnsRecord, "id" | "createdAt" | "createdBy"> {
  return {
    zoneId: text(inputs["zoneId"]),
    name: text(inputs["name"]),
    type: text(inputs["type"]),
    content: text(inputs["content"]),
    proxied: flag(inputs["proxied"]),
    ttl: number(inputs["ttl"]),
    comment: text(inputs["comment"]),
    priority: number(inputs["priority"]),
  };
}

function checkRecord(
  state: WorldState,
  record: Omit<DnsRecord, "id" | "createdAt" | "createdBy">,
  id: string,
): void {
  const { name: zoneName } = zone(state, record.zoneId);
  if (record.name !== zoneName && !record.name.endsWith(`.${zoneName}`)) {
    throw new ProviderError(
      `400 Bad Request: DNS name is invalid: "${record.name}" is not in zone ${zoneName}; write the full name (9000)`,
    );
  }
  if (record.proxied && record.ttl !== 1) {
    throw new ProviderError(
      `400 Bad Request: ttl must be 1 when \`proxied\` is true: ${record.name} has ${record.ttl} (1004)`,
    );
  }
  if (!record.proxied && record.ttl !== 1 && (record.ttl < 60 || record.ttl > 86_400)) {
    throw new ProviderError(
      `400 Bad Request: Invalid TTL ${record.ttl}: must be between 60 and 86400 seconds, or 1 for Automatic (9021)`,
    );
  }
  if (record.content === "")
    throw new ProviderError(`400 Bad Request: ${record.type} record ${record.name} has no content (9005)`);
  refuseTwin(state, record.zoneId, { ...record, id });
}

export function dnsRecordKind({ state, mint }: Workings): ResourceKind {
  const { records } = state.cloudflare;
  const outputsOf = (record: DnsRecord): Properties => ({
    zoneId: record.zoneId,
    name: record.name,
    type: record.type,
    content: record.content,
    proxied: record.proxied,
    ttl: record.ttl,
    ...(record.comment ? { comment: record.comment } : {}),
    ...(record.priority ? { priority: record.priority } : {}),
    proxiable: ADDRESS_TYPES.includes(record.type),
    createdOn: record.createdAt,
    modifiedOn: record.createdAt,
    meta: "{}",
  });
  return {
    schema: {
      inputs: {
        zoneId: { required: true, replaces: true },
        name: { required: true },
        type: { required: true, replaces: true },
        ttl: { required: true },
        content: {},
        proxied: {},
        comment: {},
        priority: {},
        data: {},
        tags: { computed: true },
        settings: { computed: true },
      },
      outputs: ["createdOn", "modifiedOn", "proxiable", "meta"],
    },
    create({ urn, inputs }) {
      const wanted = recordFrom(inputs);
      checkRecord(state, wanted, "");
      mint.begin(urn);
      const made: DnsRecord = {
        ...wanted,
        id: mint.hex(urn, "record", 32),
        createdAt: state.clock,
        createdBy: urn,
      };
      records[made.id] = made;
      return { id: made.id, outputs: outputsOf(made) };
    },
    read({ id }) {
      const found = records[id.split("/").at(-1) ?? id];
      if (!found) return undefined;
      // What the record no longer has must not survive from the old state.
      return { id: found.id, outputs: { comment: "", priority: 0, ...outputsOf(found) } };
    },
    update({ id, news }) {
      const found = records[id];
      if (!found) throw new ProviderError(`404 Not Found: Record does not exist: ${id} (81044)`);
      const wanted = recordFrom(news);
      checkRecord(state, wanted, id);
      Object.assign(found, wanted);
      return { outputs: outputsOf(found) };
    },
    delete({ id }) {
      delete records[id];
    },
  };
}

/** Settings that a free zone lets one change, with what a new zone has; the names are snake_case. */
export const ZONE_SETTINGS: Record<string, string> = {
  always_use_https: "off",
  automatic_https_rewrites: "on",
  brotli: "on",
  browser_check: "on",
  email_obfuscation: "on",
  http3: "on",
  ipv6: "on",
  min_tls_version: "1.0",
  opportunistic_encryption: "on",
  security_level: "medium",
  ssl: "full",
  tls_1_3: "on",
  websockets: "on",
  "0rtt": "off",
};

function settingText(value: Value | undefined): string {
  return typeof value === "string" ? value : canonical(value);
}

export function zoneSettingKind({ state }: Workings): ResourceKind {
  const put = (inputs: Properties): Properties => {
    const zoneId = text(inputs["zoneId"]);
    const setting = text(inputs["settingId"]);
    zone(state, zoneId);
    if (!(setting in ZONE_SETTINGS)) {
      throw new ProviderError(
        `400 Bad Request: Undefined zone setting: ${setting} (1006); names are snake_case, the rehearsal knows ${Object.keys(ZONE_SETTINGS).join(", ")}`,
      );
    }
    const settings = state.cloudflare.settings[zoneId] ?? {};
    settings[setting] = settingText(inputs["value"]);
    state.cloudflare.settings[zoneId] = settings;
    return { editable: true, modifiedOn: state.clock, timeRemaining: 0 };
  };
  return {
    schema: {
      inputs: {
        zoneId: { required: true, replaces: true },
        settingId: { required: true, replaces: true },
        value: { required: true },
        enabled: { computed: true },
      },
      outputs: ["editable", "modifiedOn", "timeRemaining"],
    },
    create: ({ inputs }) => ({ id: text(inputs["settingId"]), outputs: put(inputs) }),
    read({ id, state: known }) {
      const [first = "", second] = id.split("/");
      const zoneId = second ? first : text(known["zoneId"]);
      const settingId = second ?? first;
      zone(state, zoneId);
      const value = state.cloudflare.settings[zoneId]?.[settingId] ?? ZONE_SETTINGS[settingId];
      return value === undefined ? undefined : { id: settingId, outputs: { zoneId, settingId, value } };
    },
    update: ({ news }) => ({ outputs: put(news) }),
    // A setting cannot be deleted: the provider warns and leaves it as it is.
    delete() {},
  };
}

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
