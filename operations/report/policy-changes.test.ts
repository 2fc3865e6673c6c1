import { expect, test } from "vitest";
import { policyChanges } from "./policy-changes.ts";

const ours = { src: ["tag:kitestacks"], dst: ["tag:kitestacks"], ip: ["tcp:9100"] };
const base = { tagOwners: { "tag:kitestacks": ["autogroup:admin"] }, grants: [ours] };
const changes = (before: object | undefined, after: object) =>
  policyChanges(before && JSON.stringify(before), JSON.stringify(after));

test("the same policy, whatever the order of its keys", () => {
  const { grants, tagOwners } = base;
  expect(changes(base, { grants, tagOwners })).toEqual({ added: [], removed: [], sections: [] });
});

test.each([
  [{ src: ["*"], dst: ["*"], ip: ["tcp:10000-20000"] }, "`*` → `*`: `tcp:10000-20000`"],
  [{ src: ["*"], dst: ["*"], ip: ["udp:*"] }, "`*` → `*`: `udp:*`"],
  [{ src: ["*"], dst: ["tag:nas", "nas"], ip: ["*"] }, "`*` → `tag:nas`, `nas`: `*`"],
  [
    { src: ["*"], dst: ["tag:nas"], app: { "tailscale.com/cap/kubernetes": [{}] } },
    '`*` → `tag:nas`: no ports, `app {"tailscale.com/cap/kubernetes":[{}]}`',
  ],
  [
    { src: ["*"], dst: ["tag:nas"], ip: ["*"], via: ["tag:exit"] },
    '`*` → `tag:nas`: `*`, `via ["tag:exit"]`',
  ],
])("a grant that is added or removed is told whole: %j", (grant, words) => {
  const opened = { ...base, grants: [ours, grant] };
  expect(changes(base, opened)).toEqual({ added: [words], removed: [], sections: [] });
  expect(changes(opened, base)).toEqual({ added: [], removed: [words], sections: [] });
});

test("other sections are named: added, changed, removed", () => {
  const after = {
    grants: [ours],
    tagOwners: { "tag:kitestacks": ["autogroup:member"] },
    ssh: [{ action: "accept", src: ["*"], dst: ["*"], users: ["root"] }],
  };
  expect(changes({ ...base, nodeAttrs: [] }, after).sections).toEqual(["nodeAttrs", "ssh", "tagOwners"]);
});

test("grants in another order or doubled are a changed section: there is nothing to list", () => {
  const other = { ...ours, ip: ["tcp:22"] };
  const both = { ...base, grants: [ours, other] };
  const none = { added: [], removed: [] };
  expect(changes(both, { ...base, grants: [other, ours] })).toEqual({ ...none, sections: ["grants"] });
  expect(changes(both, { ...base, grants: [ours, other, ours] })).toEqual({ ...none, sections: ["grants"] });
});

test("a policy that did not exist is new in every part", () => {
  expect(changes(undefined, base)).toEqual({
    added: ["`tag:kitestacks` → `tag:kitestacks`: `tcp:9100`"],
    removed: [],
    sections: ["tagOwners"],
  });
});
