import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "socket.io";

type Row = Record<string, unknown>;
type Reply = (answer: unknown) => void;

interface Page {
  config: Row;
  groups: { id: number; name: string; monitorList: Row[] }[];
}

/** How long the real server reads its settings before it listens to a new connection; what comes earlier is lost. */
const deaf = 50;

/**
 * An Uptime Kuma 2.5.3 as far as the scripts meet it: its events, their answers and its refusals, as they were seen
 * on the real one.
 */
export class FakeKuma {
  users: Record<string, string> = {};
  monitors: Row[] = [];
  pages: Record<string, Page> = {};
  /** What was ever set; the page alone knows the defaults. */
  settings: Row = {};
  /** What the last save of settings named. */
  setAtLast: Row = {};
  /** Logins that are refused because there were too many, before one is looked at. */
  refusedLogins = 0;
  secondFactor = false;
  /** Lets everybody in without a login, which a person may choose. */
  isOpen = false;
  /** The page is there and its address answers an error. */
  hidesPages = false;
  /** Events that are never answered, or never sent. */
  silent: string[] = [];
  /** Events in the order of arrival, reads left out. */
  readonly written: string[] = [];
  readonly #http = createServer((request, response) => {
    const slug = /^\/api\/status-page\/(.+)$/.exec(request.url ?? "")?.[1] ?? "";
    const page = this.pages[slug];
    response.writeHead(page && !this.hidesPages ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify({ publicGroupList: page?.groups }));
  });
  readonly #io = new Server(this.#http);
  #nextId = 1;

  async listen(): Promise<string> {
    this.#io.on("connection", (socket) => this.#serve(socket));
    await new Promise<void>((done) => this.#http.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return this.#io.close();
  }

  #serve(socket: Socket): void {
    const greeting = this.isOpen ? "autoLogin" : "loginRequired";
    setTimeout(() => {
      this.#listenTo(socket);
      if (!this.silent.includes(greeting)) socket.emit(greeting);
    }, deaf);
  }

  #listenTo(socket: Socket): void {
    let isSignedIn = this.isOpen;
    const on = <T extends unknown[]>(event: string, handle: (values: T) => unknown, open = false) => {
      socket.on(event, (...values: unknown[]) => {
        const reply = values.pop() as Reply;
        if (this.silent.includes(event)) return;
        if (!open && !isSignedIn) return reply({ ok: false, msg: "You are not logged in." });
        return reply(handle(values as T));
      });
    };
    on("needSetup", () => Object.keys(this.users).length === 0, true);
    on("setup", ([name, password]: [string, string]) => this.#setup(name, password), true);
    on(
      "login",
      ([{ username, password }]: [{ username: string; password: string }]) => {
        if (this.refusedLogins-- > 0) return { ok: false, msg: "Too frequently, try again later." };
        if (this.users[username] !== password) return { ok: false, msg: "authIncorrectCreds", msgi18n: true };
        if (this.secondFactor) return { tokenRequired: true };
        isSignedIn = true;
        return { ok: true, token: "jwt" };
      },
      true,
    );
    on("getMonitorList", () => {
      socket.emit("monitorList", Object.fromEntries(this.monitors.map((row) => [row["id"], row])));
      return { ok: true };
    });
    on("add", ([row]: [Row]) => this.#add(row));
    on("editMonitor", ([row]: [Row]) => this.#edit(row));
    on("deleteMonitor", ([id]: [number]) => {
      this.written.push("deleteMonitor");
      this.monitors = this.monitors.filter((row) => row["id"] !== id);
      for (const group of Object.values(this.pages).flatMap(({ groups }) => groups))
        group.monitorList = group.monitorList.filter((row) => row["id"] !== id);
      return { ok: true };
    });
    on("getStatusPage", ([slug]: [string]) => {
      const page = this.pages[slug];
      return page ? { ok: true, config: page.config } : { ok: false, msg: "No slug?" };
    });
    on("addStatusPage", ([title, slug]: [string, string]) => {
      this.written.push("addStatusPage");
      this.pages[slug] = {
        config: { slug, title, icon: "/icon.svg", domainNameList: [], analyticsType: null },
        groups: [],
      };
      return { ok: true, slug };
    });
    on("saveStatusPage", ([slug, config, icon, groups]: [string, Row, string, Page["groups"]]) => {
      if (config["analyticsType"] !== null) return { ok: false, msg: "Invalid analytics type" };
      this.written.push("saveStatusPage");
      const shown = groups.map((group, at) => ({ ...group, id: group.id ?? at + 1 }));
      this.pages[slug] = { config: { ...config, icon }, groups: shown };
      return { ok: true, publicGroupList: shown };
    });
    on("getSettings", () => ({ ok: true, data: { serverTimezone: "UTC", ...this.settings } }));
    on("setSettings", ([data]: [Row]) => {
      this.written.push("setSettings");
      this.setAtLast = data;
      this.settings = { ...this.settings, ...data };
      return { ok: true };
    });
  }

  #setup(name: string, password: string): unknown {
    if (Object.keys(this.users).length > 0) return { ok: false, msg: "Uptime Kuma has been initialized." };
    this.written.push("setup");
    this.users[name] = password;
    return { ok: true };
  }

  #add(row: Row): unknown {
    if (!Array.isArray(row["accepted_statuscodes"]))
      return { ok: false, msg: "Cannot read properties of undefined" };
    if (!Array.isArray(row["conditions"]))
      return { ok: false, msg: "NOT NULL constraint failed: monitor.conditions" };
    this.written.push("add");
    const id = this.#nextId++;
    this.monitors.push({ active: true, ...row, id });
    return { ok: true, monitorID: id };
  }

  #edit(row: Row): unknown {
    const at = this.monitors.findIndex((candidate) => candidate["id"] === row["id"]);
    if (at < 0) return { ok: false, msg: "Permission denied." };
    this.written.push("editMonitor");
    this.monitors[at] = row;
    return { ok: true, monitorID: row["id"] };
  }
}
