import { createSocket } from "node:dgram";

/** Bytes 0–11 are the header; the question follows. */
const HEADER = 12;

/**
 * A name server on loopback in the place of Docker's: every name it is told resolves to 127.0.0.1, any other does not
 * exist. The set may be changed while it runs, as containers come and go.
 *
 * @param delays names that it takes so many ms to find
 */
export async function startNameServer(names: Set<string>, delays: Readonly<Record<string, number>> = {}) {
  const socket = createSocket("udp4");
  socket.on("message", (query, from) => {
    const send = () => socket.send(answer(query, names), from.port, from.address);
    setTimeout(send, delays[question(query).name] ?? 0);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    port: socket.address().port,
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

function answer(query: Buffer, names: ReadonlySet<string>): Buffer {
  const { name, end } = question(query);
  const known = names.has(name);
  const header = Buffer.from(query.subarray(0, HEADER));
  header.writeUInt16BE(known ? 0x8180 : 0x8183, 2); // answered without error, or NXDOMAIN
  header.writeUInt16BE(known ? 1 : 0, 6);
  header.writeUInt32BE(0, 8);
  // A pointer to the question's name, type A, class IN, a life of 0 s, and the four bytes of the address.
  const record = Buffer.from([0xc0, HEADER, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([header, query.subarray(HEADER, end), ...(known ? [record] : [])]);
}

function question(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = HEADER;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), end: at + 5 };
}
