import { type Properties, ProviderError } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { flag, number, text } from "../kit/values.ts";
import type { DnsRecord, WorldState } from "../state.ts";
import type { Workings } from "../workings.ts";
import { zone } from "./account.ts";

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
    // The API keeps names in lower case, so a capital letter in the program is a difference for ever.
    name: text(inputs["name"]).toLowerCase(),
    type: text(inputs["type"]),
    content:
      text(inputs["type"]) === "CNAME" ? text(inputs["content"]).toLowerCase() : text(inputs["content"]),
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
