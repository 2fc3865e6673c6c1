import { expect, test } from "vitest";
import { ConfigurationError, parseConfiguration } from "./configuration.ts";

const least = { LISTEN: "172.30.0.1:8000", HOST_NAME: "attic" };

test("needs an address and a name; everything else has a default", () => {
  expect(parseConfiguration(least)).toEqual({
    listen: [{ address: "172.30.0.1", port: 8000 }],
    hostName: "attic",
    hostRoot: "",
    peers: [],
    forgejo: undefined,
    weather: { url: "https://wttr.in", place: undefined },
    trustedProxies: undefined,
    logLevel: "info",
    limits: { inFlight: 256, inFlightPerClient: 64, connections: 512 },
  });
});

test("reads every variable", () => {
  const configuration = parseConfiguration({
    LISTEN: "172.30.0.1:8000, [fd7a:115c::1]:8001",
    HOST_NAME: "attic",
    HOST_ROOT: "/tmp/",
    PEERS: "shed=http://100.64.0.2:8000,barn=http://100.64.0.3:8000/",
    FORGEJO_URL: "http://100.64.0.1:3000/",
    FORGEJO_PUBLIC_URL: "https://git.example.org",
    FORGEJO_TOKEN: "abc",
    FORGEJO_SHOW_PRIVATE: "true",
    WEATHER_URL: "http://127.0.0.1:9/base/",
    WEATHER_PLACE: "São Paulo",
    TRUSTED_PROXIES: "172.30.0.0/24, fd00::/8, 10.0.0.7",
    LOG_LEVEL: "warn",
    MAX_IN_FLIGHT: "10",
    MAX_IN_FLIGHT_PER_CLIENT: "5",
    MAX_CONNECTIONS: "20",
  });
  expect(configuration).toMatchObject({
    listen: [
      { address: "172.30.0.1", port: 8000 },
      { address: "fd7a:115c::1", port: 8001 },
    ],
    hostRoot: "/tmp",
    peers: [
      { name: "shed", url: "http://100.64.0.2:8000" },
      { name: "barn", url: "http://100.64.0.3:8000" },
    ],
    forgejo: {
      url: "http://100.64.0.1:3000",
      publicUrl: "https://git.example.org",
      token: "abc",
      showPrivate: true,
    },
    weather: { url: "http://127.0.0.1:9/base", place: "São Paulo" },
    logLevel: "warn",
    limits: { inFlight: 10, inFlightPerClient: 5, connections: 20 },
  });
  const trusts = (address: string, version: "ipv4" | "ipv6") =>
    configuration.trustedProxies?.check(address, version);
  expect([trusts("172.30.0.9", "ipv4"), trusts("10.0.0.7", "ipv4"), trusts("fd12::1", "ipv6")]).toEqual([
    true,
    true,
    true,
  ]);
  expect([trusts("172.30.1.9", "ipv4"), trusts("10.0.0.8", "ipv4"), trusts("fe80::1", "ipv6")]).toEqual([
    false,
    false,
    false,
  ]);
});

test("an empty variable counts as unset, as compose files and container plans write it", () => {
  const empty = { HOST_ROOT: "", PEERS: " ", FORGEJO_URL: "", TRUSTED_PROXIES: "", LOG_LEVEL: "" };
  expect(parseConfiguration({ ...least, ...empty })).toEqual(parseConfiguration(least));
});

test.each<[variables: Record<string, string>, message: string]>([
  [{ LISTEN: "" }, "LISTEN is not set; set it, for example LISTEN=172.30.0.1:8000,100.64.0.1:8000"],
  [{ HOST_NAME: "" }, "HOST_NAME is not set; set it, for example HOST_NAME=cloud"],
  [
    { LISTEN: "8000" },
    'LISTEN: "8000" is not address:port; write an IP address and a port, like 172.30.0.1:8000 or [fd7a::1]:8000',
  ],
  [
    { LISTEN: "localhost:8000" },
    'LISTEN: "localhost:8000" is not address:port; write an IP address and a port, like 172.30.0.1:8000 or [fd7a::1]:8000',
  ],
  [
    { LISTEN: "10.0.0.1:70000" },
    'LISTEN: "10.0.0.1:70000" is not address:port; write an IP address and a port, like 172.30.0.1:8000 or [fd7a::1]:8000',
  ],
  ...["0.0.0.0:8000", "[::]:8000", "[0:0:0:0:0:0:0:0]:8000", "[::ffff:0.0.0.0]:8000", "[::0.0.0.0]:8000"].map(
    (entry): [Record<string, string>, string] => [
      { LISTEN: `10.0.0.1:8000,${entry}` },
      `LISTEN: "${entry}" would listen on every interface of the host; name the bridge's gateway or the tailnet address`,
    ],
  ),
  [{ LISTEN: "10.0.0.1:80,10.0.0.1:80" }, "LISTEN: names 10.0.0.1 port 80 twice; name it once"],
  [
    { HOST_NAME: "my host" },
    'HOST_NAME: "my host" is no host name; use letters, digits and hyphens, at most 63',
  ],
  [
    { HOST_ROOT: "/no/such/folder" },
    'HOST_ROOT: "/no/such/folder" is no directory here; mount the host\'s root there read-only (/:/no/such/folder:ro,rslave) or unset it',
  ],
  [{ PEERS: "shed" }, 'PEERS: "shed" is not name=address; write it like cloud=http://100.64.0.2:8000'],
  [
    { PEERS: "shed=100.64.0.2" },
    'PEERS: "100.64.0.2" is no http address; write it like http://100.64.0.1:3000',
  ],
  [
    { PEERS: "shed=http://10.0.0.1:1,shed=http://10.0.0.2:1" },
    'PEERS: names the peer "shed" twice; name every peer once',
  ],
  [{ PEERS: "attic=http://10.0.0.1:1" }, 'PEERS names "attic", which is this host (HOST_NAME); leave it out'],
  [
    { FORGEJO_URL: "ftp://x" },
    'FORGEJO_URL: "ftp://x" is no http address; write it like http://100.64.0.1:3000',
  ],
  [
    { WEATHER_URL: "https://wttr.in/?0" },
    'WEATHER_URL: "https://wttr.in/?0" has a query or fragment; give the base address alone',
  ],
  [
    { WEATHER_PLACE: "../etc" },
    'WEATHER_PLACE: "../etc" is no place; write a town, an airport code or coordinates, like Lisbon or 38.72,-9.14',
  ],
  [
    { TRUSTED_PROXIES: "bridge" },
    'TRUSTED_PROXIES: "bridge" is no network; write it like 172.30.0.0/24 or fd7a::/48',
  ],
  [
    { TRUSTED_PROXIES: "10.0.0.0/33" },
    'TRUSTED_PROXIES: "10.0.0.0/33" is no network; write it like 172.30.0.0/24 or fd7a::/48',
  ],
  [
    { TRUSTED_PROXIES: "0.0.0.0/0" },
    'TRUSTED_PROXIES: "0.0.0.0/0" would believe everyone; name the bridge\'s subnet alone',
  ],
  [
    { LOG_LEVEL: "loud" },
    'LOG_LEVEL: "loud" is no log level; use one of trace, debug, info, warn, error, fatal, silent',
  ],
  [{ MAX_IN_FLIGHT: "0" }, 'MAX_IN_FLIGHT: "0" is no whole number from 1 to 10000'],
  [{ FORGEJO_SHOW_PRIVATE: "yes" }, 'FORGEJO_SHOW_PRIVATE: "yes" is neither true nor false'],
])("refuses %j with its name, value and remedy", (variables, message) => {
  expect(() => parseConfiguration({ ...least, ...variables })).toThrow(new ConfigurationError(message));
});

test("names every bad variable at once, one a line", () => {
  expect(() => parseConfiguration({ LISTEN: "x", LOG_LEVEL: "loud" })).toThrow(
    /^LISTEN: .*\nHOST_NAME .*\nLOG_LEVEL: .*$/,
  );
});

test.each([
  [
    { FORGEJO_TOKEN: "s3cret with blanks" },
    "FORGEJO_TOKEN: (value not shown) holds blanks or odd characters; paste the token alone",
  ],
  [
    { FORGEJO_URL: "http://me:s3cret@host:3000" },
    "FORGEJO_URL: carries a user name or password; leave it out, addresses appear in logs",
  ],
])("never repeats a secret", (variables, message) => {
  expect(() => parseConfiguration({ ...least, ...variables })).toThrow(new ConfigurationError(message));
});
