import { expect, test } from "vitest";
import { sshDefaults } from "../../settings/schema/ssh-options.ts";
import { sshShell } from "./ssh-shell.ts";

const connection = {
  kind: "ssh",
  user: "pulumi",
  sshOptions: ["-o", "ConnectTimeout=90"],
  ownOptions: [],
} as const;

/** Of a keyword that is given twice ssh takes the first value. */
const first = (words: readonly string[], keyword: string) =>
  words.find((word) => word.startsWith(`${keyword}=`))?.slice(keyword.length + 1);

test("a script goes to the host as the user of its Docker, and asks nobody", () => {
  expect(sshShell(connection, "100.64.0.2")).toEqual([
    ...["ssh", "-o", "BatchMode=yes", "-o", "ControlMaster=no", "-o", "ConnectTimeout=90"],
    ...["-l", "pulumi", "--", "100.64.0.2"],
  ]);
});

test("the patience is the connection's: a look gave up after 30 s, while sshd may be knocked at for 60", () => {
  const sshOptions = sshDefaults.flatMap((option) => ["-o", option]);
  const patience = first(sshDefaults, "ConnectTimeout");
  expect(Number(patience)).toBeGreaterThan(60);
  expect(first(sshShell({ ...connection, sshOptions }, "100.64.0.2"), "ConnectTimeout")).toBe(patience);
});
