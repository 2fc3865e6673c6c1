import { fault } from "./fault.ts";
import { choice, formed, list, section, text } from "./forms.ts";

/** The kinds of thing that the drift command finds without anybody having declared them. */
const driftKinds = [
  "container",
  "network",
  "volume",
  "port",
  "record",
  "rule",
  "tunnel",
  "server",
  "firewall",
  "ssh-key",
  "address",
  "device",
  "join-key",
] as const;

const entry = section("something that nobody declared and that may stay: what, name and reason", {
  what: choice(`what it is: ${driftKinds.join(", ")}`, driftKinds),
  name: formed(
    "its name as `npm run drift` prints it; * stands for any characters, but not alone, and \\* for a star",
    /^(?!\*+$)\S+$/,
    "not a name",
    (value) =>
      /^\*+$/.test(value)
        ? fault("ignores everything of its kind", "write a name with more than *")
        : undefined,
  ),
  reason: text("why it may stay").min(1, { error: fault("empty", "write why it may stay") }),
});

export const drift = section("what `npm run drift` passes over", {
  ignore: list("things that nobody declared and that may stay, each with a reason", entry).default([]),
});
