import { describe, expect, test } from "vitest";
import { catalogue } from "../catalogue/catalogue.ts";
import { describe as line } from "../settings/problem.ts";
import type { Settings } from "../settings/settings.ts";
import { extraGrantProblems } from "./check-grants.ts";
import { makePlan } from "./make-plan.ts";
import { exampleHost, exampleSettings } from "./testing.ts";

/** What the plan is refused with, one line for each problem. */
const refusal = (settings: Settings): string[] =>
  extraGrantProblems(settings, catalogue, "Pulumi.cloud.yaml").map(line);

describe("a grant for other devices", () => {
  const granting = (grant: { src: string[]; dst: string[]; ip: string[] }) =>
    exampleSettings({ tailnet: { ...exampleSettings().tailnet, extraGrants: [grant] } });

  test.each([
    [["*"], ["*"]],
    [["tag:kitestacks"], ["tcp:5432"]],
    [["tag:kitestacks"], ["tcp:5000-6000"]],
    [["100.64.0.0/10"], ["5432"]],
    [["autogroup:tagged"], ["tcp:*"]],
  ])("to %j with %j opens the database and is refused", (dst, ip) => {
    const [line] = refusal(granting({ src: ["autogroup:member"], dst, ip }));
    expect(line).toContain("Pulumi.cloud.yaml: kitestacks:tailnet.extraGrants[0] is {");
    expect(line).toContain(
      "of the hub, which only our hosts may reach; name other devices in dst, or leave 5432",
    );
  });

  test.each([
    [["autogroup:self"], ["*"]],
    [["tag:printer"], ["tcp:631"]],
    [["tag:kitestacks"], ["udp:5432", "tcp:443", "icmp:*"]],
    [["100.64.0.9"], ["*"]],
    [["192.168.1.0/24"], ["*"]],
  ])("to %j with %j is kept", (dst, ip) => {
    expect(() => makePlan(granting({ src: ["autogroup:member"], dst, ip }), catalogue)).not.toThrow();
  });

  test.each(["none", "adopt"] as const)("may mean a hub of server.mode %s, which a person joined", (mode) => {
    const hosts = [exampleHost({ name: "cloud", role: "hub", tailnetAddress: "100.64.0.2" })];
    const shape = { id: "1", type: "cpx21", location: "hil", image: "debian-13", sshKeys: [] };
    const server = mode === "none" ? { mode } : { mode, ...shape };
    const refusalOf = (dst: string) => {
      const { tailnet } = granting({ src: ["autogroup:member"], dst: [dst], ip: ["*"] });
      return refusal(exampleSettings({ hosts, server, tailnet }));
    };
    for (const dst of ["autogroup:self", "autogroup:member", "me@example.org", "cloud", "100.64.0.2"])
      expect(refusalOf(dst).join(), dst).toContain("it opens postgres and redis of the hub");
  });

  test.each([
    ["cloud", "there is a tag", "the policy has no host cloud; write tag:kitestacks"],
    [
      "printer",
      "it is none of ours",
      "the policy has no host printer; write its address (`tailscale ip -4` prints it) or its tag; hosts are home",
    ],
  ])("names a host that the policy does not know (%s: %s)", (name, _, says) => {
    const [line] = refusal(granting({ src: ["autogroup:member"], dst: [name], ip: ["tcp:631"] }));
    expect(line).toContain(says);
  });

  test("that gives a tagged device people's own devices", () => {
    const [line] = refusal(granting({ src: ["*", "tag:x"], dst: ["autogroup:self"], ip: ["tcp:445"] }));
    expect(line).toContain(
      "* and tag:x cannot have autogroup:self as dst, which is for people's own devices; " +
        "write autogroup:member or e-mail addresses in src",
    );
  });

  test("that the policy's own tests would fail on", () => {
    const [line] = refusal(granting({ src: ["*"], dst: ["home"], ip: ["tcp:22", "tcp:9100", "tcp:80"] }));
    expect(line).toContain(
      "it lets devices that nobody named (*) reach our hosts, which the policy's own tests forbid; " +
        "write autogroup:member, e-mail addresses or tags in src, or leave 22, 9100 out of ip",
    );
    const admins = ["tag:kitestacks-guest"];
    expect(refusal(exampleSettings({ tailnet: { ...exampleSettings().tailnet, admins } }))).toEqual([
      'Pulumi.cloud.yaml: kitestacks:tailnet.admins[0] is "tag:kitestacks-guest": the tag by which the policy tests ' +
        "that strangers reach nothing; write another tag",
    ]);
  });
});
