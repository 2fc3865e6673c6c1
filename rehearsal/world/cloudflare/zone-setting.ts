import { type Properties, ProviderError, type Value } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { canonical, text } from "../kit/values.ts";
import type { Workings } from "../workings.ts";
import { zone } from "./account.ts";

/** Settings that a free zone lets one change, with what a new zone has; the names are snake_case. */
const ZONE_SETTINGS: Record<string, string> = {
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
