import { expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { makePlan } from "../../plan/make-plan.ts";
import { exampleSettings } from "../../plan/testing.ts";
import type { HetznerFound } from "../inventory/inventory.ts";
import { kinds } from "../stack/kinds.ts";
import { strangersAtHetzner } from "./strangers-at-hetzner.ts";

const shape = { type: "cpx21", location: "hil", image: "debian-13", sshKeys: ["ssh-ed25519 AAAA me@laptop"] };
const server = { urn: "urn:server", type: kinds.server, id: "1", raw: {} };

/** What stands in an account whose only declared thing is server 1. */
const judged = (mode: "create" | "adopt", there: Partial<HetznerFound>) =>
  strangersAtHetzner(
    { servers: [], firewalls: [], sshKeys: [], primaryIps: [], ...there },
    [server],
    makePlan(exampleSettings({ server: { mode, id: "1", ...shape } }), catalogue),
  );

test("the addresses of a server that the stack has are its own, whoever made them", () => {
  const addresses = [
    { id: "9", name: "primary_ip-1", serverId: "1" },
    { id: "10", name: "primary_ip-2", serverId: "1" },
  ];
  expect(judged("adopt", { primaryIps: addresses })).toEqual([]);
});

test("an address of no server, or of a server that nobody declared, is a stranger", () => {
  const addresses = [
    { id: "9", name: "forgotten", serverId: "" },
    { id: "10", name: "of-old", serverId: "2" },
  ];
  expect(judged("adopt", { primaryIps: addresses })).toMatchObject([
    { what: "address", name: "forgotten", repair: "hcloud primary-ip delete 9" },
    { what: "address", name: "of-old", repair: "hcloud primary-ip delete 10" },
  ]);
});

test("beside an adopted server, the keys that the settings name are known; another one can be named too", () => {
  const own = { id: "8", name: "laptop", publicKey: "ssh-ed25519 AAAA another comment" };
  const other = { id: "7", name: "old", publicKey: "ssh-ed25519 BBBB old" };
  expect(judged("adopt", { sshKeys: [own, other] })).toMatchObject([
    {
      name: "old",
      repair: "hcloud ssh-key delete 7   (a machine that was made with it keeps it)",
      adopt: "by adding its public key to `sshKeys` in kitestacks:server",
    },
  ]);
  expect(judged("create", { sshKeys: [own] }), "the program makes its own entry for it").toMatchObject([
    { name: "laptop", repair: "hcloud ssh-key delete 8   (a machine that was made with it keeps it)" },
  ]);
});
