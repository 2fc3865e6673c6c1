import { z } from "zod";
import { fault } from "./fault.ts";
import { formed, modeFault, record, section, text } from "./forms.ts";

const cloudflareId = (what: string) => {
  const phrase = `the ${what} id, 32 hexadecimal digits in lower case (Cloudflare's dashboard, overview of the zone, right column)`;
  return formed(phrase, /^[0-9a-f]{32}$/, "not a Cloudflare id");
};

const tunnelModes = ["create", "adopt"] as const;

const tunnel = z.discriminatedUnion(
  "mode",
  [
    section("a tunnel to create", { mode: z.literal("create") }),
    section("a tunnel that exists", {
      mode: z.literal("adopt"),
      id: formed(
        "the id of the tunnel that exists, as `cloudflared tunnel list` shows it",
        /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
        "not a tunnel id",
      ),
    }),
  ],
  { error: ({ input }) => modeFault(input, tunnelModes) },
);

const settingKey = /^[a-z0-9]+(_[a-z0-9]+)*$/;

const settingName = z.string().regex(settingKey, {
  error: ({ input }) => {
    const snake = String(input)
      .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
      .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
      .replaceAll("-", "_")
      .toLowerCase();
    return fault(
      "not Cloudflare's name of a zone setting",
      settingKey.test(snake) ? `write ${snake}` : "write it in snake_case",
    );
  },
});

/** YAML reads `1.2` as a number and `true` as a boolean; Cloudflare's values are texts. */
const settingValue = z
  .string({
    error: ({ input }) => {
      if (typeof input === "boolean") return fault("not a text", `write "${input ? "on" : "off"}"`);
      return fault("not a text", "write it in quotes");
    },
  })
  .min(1, { error: fault("empty", "write the value or remove the key") });

const defaultZoneSettings: Readonly<Record<string, string>> = {
  always_use_https: "on",
  automatic_https_rewrites: "on",
  min_tls_version: "1.2",
  tls_1_3: "on",
};

export const edge = section("the edge at Cloudflare: account, zone, tunnel", {
  accountId: cloudflareId("account"),
  zoneId: cloudflareId("zone"),
  tunnel: tunnel
    .default({ mode: "create" })
    .describe("The tunnel: {mode: create}, or {mode: adopt, id: …} for one that exists"),
  tunnelName: text("the tunnel's name at Cloudflare")
    .min(1, { error: fault("empty", "write a name or remove the key") })
    .default("kitestacks"),
  zoneSettings: record(
    "zone settings by Cloudflare's snake_case id, instead of the defaults; {} leaves the zone as it is",
    settingName,
    settingValue,
  ).default({ ...defaultZoneSettings }),
});
