import { expect, test } from "vitest";
import { scriptInputs } from "./script-inputs.ts";
import type { CommandRun } from "./world/state.ts";

const run = (difference: Partial<CommandRun>): CommandRun => ({
  at: "2026-11-23T10:00:00.000Z",
  operation: "create",
  host: "100.64.0.1",
  command: "timeout 60 docker exec -i -u git forgejo sh -s",
  stdin: "script",
  environment: {},
  exitCode: 0,
  stdout: "",
  stderr: "",
  ...difference,
});

test("are those of the host's own stack that ended well, oldest first", () => {
  const commands = {
    "urn:pulumi:home::kitestacks::x::later": [run({ at: "2026-11-23T11:00:00.000Z", stdin: "later" })],
    "urn:pulumi:home::kitestacks::x::first": [
      run({ stdin: "failed", exitCode: 1 }),
      run({ stdin: "first" }),
      run({ stdin: "gone", operation: "delete" }),
    ],
    "urn:pulumi:home-2::kitestacks::x::first": [run({ stdin: "another host's" })],
  };
  expect(scriptInputs({ commands }, "home")).toEqual([
    { container: "forgejo", text: "first" },
    { container: "forgejo", text: "later" },
  ]);
});

test.each([
  ["docker exec -i authentik-worker sh -s", "authentik-worker"],
  ["docker exec -u git -i forgejo sh -s", "forgejo"],
  ["docker run --rm -i --entrypoint node kitestacks/x", ""],
  ["install -d /srv/books", ""],
])("%s enters %j", (command, container) => {
  const commands = { "urn:pulumi:home::kitestacks::x::y": [run({ command })] };
  expect(scriptInputs({ commands }, "home")).toEqual([{ container, text: "script" }]);
});
