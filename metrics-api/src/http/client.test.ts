import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { parseProxies } from "../configuration/proxies.ts";
import { clientOf } from "./client.ts";

const bridge = parseProxies("172.30.0.0/24,fd00::/64");

/** Only what clientOf reads of a request. */
function request(remoteAddress: string | undefined, headers: Record<string, string> = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

test.each<[why: string, from: string | undefined, headers: Record<string, string>, client: string]>([
  [
    "a stranger's headers are a claim",
    "100.64.0.9",
    { "x-real-ip": "1.2.3.4", "x-forwarded-for": "1.2.3.4" },
    "100.64.0.9",
  ],
  ["nginx passes on the client", "172.30.0.5", { "x-real-ip": "203.0.113.7" }, "203.0.113.7"],
  ["nginx over an IPv6 socket", "::ffff:172.30.0.5", { "x-real-ip": "203.0.113.7" }, "203.0.113.7"],
  ["an IPv6 client", "fd00::5", { "x-real-ip": "2001:db8::1" }, "2001:db8::1"],
  [
    "the last address before our proxies counts",
    "172.30.0.5",
    { "x-forwarded-for": "6.6.6.6, 203.0.113.7, 172.30.0.9" },
    "203.0.113.7",
  ],
  [
    "nonsense is not believed",
    "172.30.0.5",
    { "x-real-ip": "localhost", "x-forwarded-for": "1.1.1.1, <script>" },
    "172.30.0.5",
  ],
  ["no header", "172.30.0.5", {}, "172.30.0.5"],
  ["a socket that is already gone", undefined, { "x-real-ip": "203.0.113.7" }, "unknown"],
])("%s", (_, from, headers, client) => {
  expect(clientOf(request(from, headers), bridge)).toBe(client);
});

test("without trusted proxies no header is believed", () => {
  expect(clientOf(request("172.30.0.5", { "x-real-ip": "203.0.113.7" }), undefined)).toBe("172.30.0.5");
});
