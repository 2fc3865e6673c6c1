import { describe, expect, it } from "vitest";
import { type Change, changed, expectBroken, type MutableObserved, verdictOf } from "./testing-changes.ts";

interface Grant {
  src: string[];
  dst: string[];
  ip: string[];
}

/** The good policy with a further grant, and whatever else is given. */
const granting = (grant: Partial<Grant>, rest: object = {}): Change => {
  return ({ tailnet }) => {
    const { grants, ...others } = tailnet.policy as { grants: Grant[] };
    const further = { src: ["autogroup:member"], dst: ["tag:host"], ip: ["tcp:5432"], ...grant };
    tailnet.policy = { ...others, ...rest, grants: [...grants, further] };
  };
};
const lets = (source: string, whom: string, port = "Postgres at 100.64.0.2:5432") =>
  `the tailnet policy (grants[2], src "${source}") lets ${whom} reach ${port}, expected only our hosts`;
const device = (tailnet: MutableObserved["tailnet"], name: string) => {
  const found = tailnet.devices.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`the good example has no device ${name}`);
  return found;
};

describe("P3 is broken where the policy", () => {
  it.each<[string, Change, string]>([
    ["lets every member in", granting({}), lets("autogroup:member", "more than our hosts")],
    [
      "lets administrators in",
      granting({ src: ["autogroup:admin"], ip: ["6370-6380"] }),
      lets("autogroup:admin", "more than our hosts", "Redis at 100.64.0.2:6379"),
    ],
    [
      "lets guests in",
      granting({ src: ["autogroup:shared"] }),
      lets("autogroup:shared", "more than our hosts"),
    ],
    [
      "lets one person in",
      granting({ src: ["a@example.com"] }),
      lets("a@example.com", "more than our hosts"),
    ],
    [
      "lets a group in",
      granting({ src: ["group:family"] }, { groups: { "group:family": ["a@example.com"] } }),
      lets("group:family", "more than our hosts"),
    ],
    ["lets everybody in", granting({ src: ["*"], dst: ["*"], ip: ["*"] }), lets("*", "more than our hosts")],
    [
      "lets a stranger's address in",
      granting({ src: ["100.64.0.9"], dst: ["100.64.0.2"] }),
      lets("100.64.0.9", "100.64.0.9, which is none of our hosts,"),
    ],
    [
      "lets a stranger in under a name",
      granting(
        { src: ["phone"], dst: ["database"] },
        { hosts: { phone: "100.64.0.9", database: "100.64.0.2" } },
      ),
      lets("phone", "100.64.0.9, which is none of our hosts,"),
    ],
    [
      "lets a range of addresses in",
      granting({ src: ["100.64.0.0/29"], dst: ["100.64.0.0/10"] }),
      lets("100.64.0.0/29", "more than our hosts"),
    ],
    [
      "lets a tag in that no device carries yet",
      granting({ src: ["tag:ci"] }),
      lets("tag:ci", "devices that are none of our hosts"),
    ],
    [
      "lets a tag in that a stranger carries",
      (observed) => {
        device(observed.tailnet, "phone").tags = ["tag:guest"];
        granting({ src: ["tag:guest"] })(observed);
      },
      lets("tag:guest", "the device phone"),
    ],
  ])("%s", (_, change, evidence) => {
    expectBroken(change, "P3", evidence);
  });

  it.each<[string, unknown, string]>([
    [
      "lets everybody in by an access rule",
      { acls: [{ action: "accept", src: ["*"], dst: ["*:*"] }] },
      'the tailnet policy (acls[0], src "*") lets more than our hosts reach Postgres at 100.64.0.2:5432, expected only our hosts',
    ],
    [
      "lets members in by an access rule with a list of ports",
      {
        acls: [
          { action: "accept", src: ["tag:host"], dst: ["tag:host:*"] },
          { action: "accept", proto: "tcp", src: ["autogroup:member"], dst: ["tag:host:80,5000-5500"] },
        ],
      },
      'the tailnet policy (acls[1], src "autogroup:member") lets more than our hosts reach Postgres at 100.64.0.2:5432, expected only our hosts',
    ],
  ])("%s", (_, policy, evidence) => {
    expectBroken(
      ({ tailnet }) => {
        tailnet.policy = policy;
      },
      "P3",
      evidence,
    );
  });

  it("lets every member tag a device as ours", () => {
    expectBroken(
      ({ tailnet }) => {
        Object.assign(tailnet.policy as object, { tagOwners: { "tag:host": ["autogroup:member"] } });
      },
      "P3",
      'the tailnet policy (grants[0], src "tag:host") lets every member, who may tag a device so, reach Postgres at 100.64.0.2:5432, expected only our hosts',
    );
  });

  it("does not let a member in", () => {
    expectBroken(
      ({ tailnet }) => {
        tailnet.policy = {
          grants: [
            { src: ["100.64.0.1"], dst: ["100.64.0.2"], ip: ["5432"] },
            { src: ["tag:host"], dst: ["tag:host"], ip: ["tcp:9100"] },
          ],
        };
      },
      "P3",
      "the tailnet policy does not let home reach Redis at 100.64.0.2:6379, expected every host of ours",
    );
  });

  it("has a part that is not understood, which leaves P10 unproved too", () => {
    expectBroken(
      granting({ src: ["ipset:offices"] }),
      ["P3", "P10"],
      'the tailnet policy cannot be judged: grants[2]: src "ipset:offices" is not understood',
    );
  });
});

describe("the databases", () => {
  it("are reached by the hub itself without any rule", () => {
    const observed = changed(({ tailnet }) => {
      tailnet.policy = { grants: [{ src: ["100.64.0.1"], dst: ["100.64.0.2"], ip: ["5432", "6379"] }] };
    });
    expect(verdictOf("P3", observed).verdict).toBe("proved");
  });

  it("are not reached from a host that is no device of ours", () => {
    expectBroken(
      ({ tailnet }) => {
        device(tailnet, "home").isHost = false;
      },
      ["P3", "P10"],
      "no device of ours on the tailnet has the address 100.64.0.1 of home",
    );
  });

  it("may be surrounded by other ports that people reach", () => {
    const observed = changed((draft) => {
      granting({ src: ["autogroup:member"], ip: ["udp:5432", "tcp:5433", "icmp:*"] })(draft);
      granting({ src: ["*"], dst: ["autogroup:internet", "100.64.0.9"], ip: ["*"] })(draft);
      granting({ src: ["autogroup:member"], dst: ["autogroup:self"], ip: ["*"] })(draft);
    });
    expect(verdictOf("P3", observed).verdict).toBe("proved");
  });
});
