import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";

/** `100.64.0.2:9100` */
export type Socket = string;

/** Answers on each socket with the socket's own name, and says "ready" when all of them listen. */
const answering = `
const sockets = process.argv.slice(1);
let open = sockets.length;
for (const socket of sockets) {
  const [host, port] = socket.split(":");
  const server = require("node:net").createServer((peer) => {
    peer.on("error", () => {});
    peer.end(socket);
  });
  server.listen(Number(port), host, () => { if (--open === 0) console.log("ready"); });
}`;

/** Prints which of the sockets answered. What is dropped says nothing at all, so that only time tells. */
const asking = `
const sockets = process.argv.slice(1);
const answers = (socket) => new Promise((done) => {
  const [host, port] = socket.split(":");
  const client = require("node:net").connect(Number(port), host);
  const end = (answered) => { client.destroy(); done(answered); };
  client.setTimeout(3000, () => end(false));
  client.on("error", () => end(false));
  client.on("data", () => end(true));
});
Promise.all(sockets.map(answers)).then((all) => {
  console.log(JSON.stringify(sockets.filter((_, i) => all[i])));
});`;

/** Machines as network namespaces, with cables between them that no other namespace sees. */
export class Network {
  private readonly machines = new Set<string>();
  private readonly children: ReturnType<typeof spawn>[] = [];

  machine(name: string): void {
    execFileSync("ip", ["netns", "add", this.namespace(name)]);
    this.machines.add(name);
    this.ip(name, "link set lo up");
  }

  /** A cable; each end is a machine and the name of its interface. */
  cable([machine, end]: readonly [string, string], [other, otherEnd]: readonly [string, string]): void {
    const here = ["link", "add", end, "netns", this.namespace(machine)];
    const there = ["peer", "name", otherEnd, "netns", this.namespace(other)];
    execFileSync("ip", [...here, "type", "veth", ...there]);
    this.ip(machine, `link set ${end} up`);
    this.ip(other, `link set ${otherEnd} up`);
  }

  /** `ip` inside a machine. */
  ip(machine: string, words: string): void {
    execFileSync("ip", ["-n", this.namespace(machine), ...words.split(" ")]);
  }

  setting(machine: string, name: string, value: number): void {
    this.run(machine, ["sh", "-c", `echo ${value} >/proc/sys/net/${name}`]);
  }

  run(machine: string, command: readonly string[], input = "", env = process.env): string {
    const words = ["netns", "exec", this.namespace(machine), ...command];
    return execFileSync("ip", words, { input, env, encoding: "utf8" });
  }

  /** Programs that listen in a machine. */
  async listen(machine: string, sockets: readonly Socket[]): Promise<void> {
    const words = ["netns", "exec", this.namespace(machine), process.execPath, "-e", answering, ...sockets];
    const child = spawn("ip", words, { stdio: ["ignore", "pipe", "inherit"] });
    this.children.push(child);
    const [said] = await once(child.stdout, "data");
    if (String(said) !== "ready\n") throw new Error(`nobody listens in ${machine}: ${said}`);
  }

  /** Those of the sockets that answer somebody in this machine. */
  answering(machine: string, sockets: readonly Socket[]): readonly Socket[] {
    return JSON.parse(this.run(machine, [process.execPath, "-e", asking, ...sockets]));
  }

  remove(): void {
    for (const child of this.children) child.kill("SIGKILL");
    for (const name of this.machines) execFileSync("ip", ["netns", "delete", this.namespace(name)]);
  }

  private namespace(machine: string): string {
    return `kitestacks-${process.pid}-${machine}`;
  }
}
