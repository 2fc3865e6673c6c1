import { expect, test } from "vitest";
import type { DriftIgnored } from "../../settings/settings.ts";
import type { DriftReport, Finding } from "./finding.ts";
import { applyIgnores } from "./ignore.ts";
import { driftText } from "./text.ts";

const finding = (what: string, name: string, kind: Finding["kind"] = "undeclared"): Finding => ({
  id: `${what}/${name}`,
  kind,
  what,
  name,
  text: `${what} ${name}`,
  repair: "remove it",
});
const phones: DriftIgnored = { what: "device", name: "phone-*", reason: "phones of the family" };

test("what the settings name is passed over, with the reason", () => {
  const found = [
    finding("device", "phone-anna"),
    finding("device", "laptop"),
    finding("record", "phone-anna"),
  ];
  const { counted, ignored } = applyIgnores(found, [phones]);
  expect(counted.map(({ id }) => id)).toEqual(["device/laptop", "record/phone-anna"]);
  expect(ignored).toEqual([{ finding: found[0], reason: "phones of the family" }]);
});

test("a name is literal but for its stars", () => {
  const mail: DriftIgnored = { what: "record", name: "mail.example.com", reason: "mail" };
  const { ignored } = applyIgnores(
    [finding("record", "mailXexample.com"), finding("record", "mail.example.com")],
    [mail],
  );
  expect(ignored.map(({ finding: { name } }) => name)).toEqual(["mail.example.com"]);
});

test("what the program declares is never passed over", () => {
  expect(applyIgnores([finding("device", "phone-anna", "declared")], [phones]).ignored).toEqual([]);
});

test("the text names what was passed over, and how to keep a stranger", () => {
  const report: DriftReport = {
    stack: "cloud",
    at: "2026-11-24T06:00:00.000Z",
    findings: [{ ...finding("device", "laptop"), since: "2026-11-20T06:00:00.000Z" }],
    unreachable: [],
    ignored: [{ finding: finding("device", "phone-anna"), reason: "phones of the family" }],
  };
  const text = driftText(report);
  expect(text).toContain("(known since 2026-11-20T06:00:00.000Z)");
  expect(text).toContain(
    "add `{ what: device, name: laptop, reason: … }` to kitestacks:drift.ignore in the hub's stack file",
  );
  expect(text).toContain("- device phone-anna: phones of the family");
});
