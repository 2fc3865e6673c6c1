/** One malformed request: what to send, and whether the client then goes away without waiting for the answer. */
export type Malformed = { bytes: Buffer; hangUp: boolean };

type Random = (below: number) => number;

/** A small generator (mulberry32), so that a seed that finds something can be run again. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const paths = ["/api/metrics", "/api/health", "/api/hosts", "/api/activity?limit=", "/metrics", "/"];
const pick = <T>(random: Random, choices: readonly T[]): T | undefined => choices[random(choices.length)];
const noise = (random: Random, length: number) => Buffer.from(Array.from({ length }, () => random(256)));
const head = (random: Random, ...headers: string[]) =>
  `GET ${pick(random, paths)} HTTP/1.1\r\nhost: x\r\n${headers.map((header) => `${header}\r\n`).join("")}`;

/** The ways to be malformed. Each gives the bytes; those that leave the server waiting are marked by `slow`. */
const kinds: { slow?: true; make: (random: Random) => string | Buffer }[] = [
  { make: (random) => noise(random, 1 + random(400)) },
  {
    make: (random) =>
      `${pick(random, ["GET", "G\0T", "", "get ", "POST /", "PRI * HTTP/2.0"])} ${noise(random, 20).toString("latin1")}\r\n\r\n`,
  },
  { make: (random) => `GET ${pick(random, paths)} HTTP/${random(10)}.${random(10)}\r\n\r\n` },
  { make: (random) => `GET ${pick(random, paths)}\r\n\r\n` },
  { make: (random) => `GET /${"a".repeat(1_000 + random(20_000))} HTTP/1.1\r\nhost: x\r\n\r\n` },
  { make: (random) => `${head(random, `x-big: ${"b".repeat(7_000 + random(30_000))}`)}\r\n` },
  {
    make: (random) =>
      `${head(random, ...Array.from({ length: 500 + random(3_000) }, (_, index) => `x-${index}: 1`))}\r\n`,
  },
  { make: (random) => `${head(random, "no colon here")}\r\n` },
  { make: (random) => `${head(random, `bad\x01name: 1`, ` folded: 1`)}\r\n` },
  { make: (random) => `${head(random, "content-length: 5", "content-length: 6")}\r\nhello` },
  { make: (random) => `${head(random, "content-length: 5", "transfer-encoding: chunked")}\r\n0\r\n\r\n` },
  {
    make: (random) =>
      `${head(random, `content-length: ${pick(random, ["-1", "1e9", "99999999999999999999", "abc"])}`)}\r\n`,
  },
  {
    make: (random) =>
      `${head(random, "transfer-encoding: chunked")}\r\n${pick(random, ["zz", "-1", "ffffffffffffffffff"])}\r\n`,
  },
  { make: (random) => `${head(random, "transfer-encoding: gzip, identity")}\r\n` },
  {
    make: (random) =>
      `GET ${pick(random, ["/%", "/%zz", "/..%2f..%2fetc/passwd", "/\xff\xfe", "//", "*", "http://evil/", "/api/metrics#"])} HTTP/1.1\r\nhost: x\r\n\r\n`,
  },
  {
    make: (random) =>
      `${pick(random, ["POST", "PUT", "BREW", "CONNECT", "TRACE", "DELETE"])} ${pick(random, paths)} HTTP/1.1\r\nhost: x\r\n\r\n`,
  },
  { make: () => "GET /api/metrics HTTP/1.1\r\n\r\n" },
  { make: (random) => `${head(random, "expect: something")}\r\n` },
  { make: (random) => `${head(random, "connection: upgrade", "upgrade: h2c")}\r\n` },
  {
    make: (random) =>
      `GET /api/activity?limit=${noise(random, 12).toString("base64url")}&limit=%00 HTTP/1.1\r\nhost: x\r\n\r\n`,
  },
  { slow: true, make: (random) => head(random).slice(0, 5 + random(40)) },
  { slow: true, make: (random) => `${head(random, "content-length: 1000")}\r\nonly this` },
  { slow: true, make: (random) => `${head(random, "transfer-encoding: chunked")}\r\nfff\r\nonly this` },
];

/** The malformed request of a seed, always the same. */
export function malformedRequest(seed: number): Malformed {
  const random = randomFrom(seed);
  const kind = kinds[seed % kinds.length];
  const bytes = kind?.make(random) ?? "";
  // One in four hundred waits for the server to cut it off; with all of them the test would only wait.
  const hangUp = random(5) === 0 || (kind?.slow === true && random(60) !== 0);
  return { bytes: typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes, hangUp };
}
