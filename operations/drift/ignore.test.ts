import { expect, test } from "vitest";
import { parse } from "yaml";
import { drift } from "../../settings/schema/drift.ts";
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

test("a star after a backslash is a star: a wildcard record is one record, not all of them", () => {
  const wildcard: DriftIgnored = { what: "record", name: "\\*.example.com", reason: "old apps" };
  const found = [finding("record", "*.example.com"), finding("record", "www.example.com")];
  expect(applyIgnores(found, [wildcard]).ignored.map(({ finding: { name } }) => name)).toEqual([
    "*.example.com",
  ]);
});

test.each(["laptop", "*.example.com", "Anna's phone", 'say "hi"', "tag: a, {b} # c", "12", "back\\slash"])(
  "the entry that is printed for %s can be pasted as it is, and passes over nothing else",
  (name) => {
    const report: DriftReport = {
      stack: "cloud",
      at: "2026-11-24T06:00:00.000Z",
      findings: [{ ...finding("record", name), since: "2026-11-20T06:00:00.000Z" }],
      unreachable: [],
      ignored: [],
    };
    const [, entry = ""] = /add `(.*)` to kitestacks:drift\.ignore/.exec(driftText(report)) ?? [];
    const { ignore } = drift.parse({ ignore: [parse(entry)] });
    const { ignored, counted } = applyIgnores(
      [finding("record", name), finding("record", "www.example.com")],
      ignore,
    );
    expect(ignored).toEqual([{ finding: finding("record", name), reason: "…" }]);
    expect(counted).toHaveLength(1);
  },
);

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
    'add `{ what: device, name: "laptop", reason: … }` to kitestacks:drift.ignore in the hub\'s stack file',
  );
  expect(text).toContain("- device phone-anna: phones of the family");
});
