import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exampleSettings } from "../../plan/testing.ts";
import { freePort } from "../../rehearsal/serve/free-port.ts";
import { containerNamed, describeWith, plain, type Started, secretValue, start } from "./real.ts";

const program = process.env["KITESTACKS_OPEN_WEBUI"] ?? "open-webui";
const remedy =
  "pip install open-webui==0.11.4 (Python 3.11 or 3.12), then put open-webui on PATH or name it in KITESTACKS_OPEN_WEBUI";
/** Its start loads half of Python's packages for AI, and its first one makes the database. */
const slow = 600_000;

const models = ["openrouter/free", "openai/gpt-oss-120b:free"];

/** LiteLLM as far as a list of models asks it. */
async function fakeLitellm(): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ object: "list", data: models.map((id) => ({ id, object: "model" })) }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** One Open WebUI with its data, started with the plan's environment as often as asked. */
class OpenWebui {
  readonly #folder = mkdtempSync(join(tmpdir(), "kitestacks-open-webui-"));
  #started: Started | undefined;
  #url = "";

  async start(models: string, without: readonly string[]): Promise<void> {
    await this.#started?.stop();
    const port = await freePort();
    this.#url = `http://127.0.0.1:${port}`;
    const { environment } = containerNamed("kite-openwebui");
    const given = Object.entries(environment).filter(([name]) => !without.includes(name));
    const env = {
      ...Object.fromEntries(given.map(([name, value]) => [name, plain(value)])),
      OPENAI_API_BASE_URL: models,
      DATA_DIR: this.#folder,
    };
    const words = ["serve", "--host", "127.0.0.1", "--port", String(port)];
    const isReady = async () => (await fetch(`${this.#url}/health`)).ok;
    this.#started = await start(program, words, { env, cwd: this.#folder }, isReady);
  }

  async remove(): Promise<void> {
    await this.#started?.stop();
    rmSync(this.#folder, { recursive: true });
  }

  async ask(path: string, { token = "", json }: { token?: string; json?: object } = {}) {
    const response = await fetch(`${this.#url}${path}`, {
      method: json === undefined ? "GET" : "POST",
      headers: {
        "content-type": "application/json",
        ...(token !== "" && { authorization: `Bearer ${token}` }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  }

  async signUp(name: string): Promise<number> {
    const json = { name, email: `${name}@example.org`, password: "a-long-password" };
    return (await this.ask("/api/v1/auths/signup", { json })).status;
  }

  async signIn(email: string, password: string): Promise<string> {
    return (await this.ask("/api/v1/auths/signin", { json: { email, password } })).body.token;
  }

  /** As the administrator makes one; with Authentik a first login does. */
  async plainUser(): Promise<string> {
    const admin = await this.signIn(
      exampleSettings().site.adminEmail,
      secretValue("kite-openwebui.adminPassword"),
    );
    const person = { name: "p", email: "person@example.org", password: "a-long-password", role: "user" };
    await this.ask("/api/v1/auths/add", { token: admin, json: person });
    return this.signIn(person.email, person.password);
  }

  async modelsOf(token: string): Promise<readonly string[]> {
    const { body } = await this.ask("/api/models", { token });
    return body.data.map(({ id }: { id: string }) => id).toSorted();
  }
}

describeWith(program, remedy, "the real Open WebUI with the plan's environment", () => {
  let litellm: Server;
  let url: string;
  const ours = new OpenWebui();
  const asBefore = new OpenWebui();
  beforeAll(async () => {
    litellm = await fakeLitellm();
    url = `http://127.0.0.1:${(litellm.address() as AddressInfo).port}/v1`;
  });
  afterAll(async () => {
    await ours.remove();
    await asBefore.remove();
    litellm.close();
  });

  test(
    "refuses sign-ups, at its first start and at its second",
    async () => {
      await ours.start(url, []);
      expect(await ours.signUp("stranger")).toBe(403);
      await ours.start(url, []);
      expect(await ours.signUp("stranger")).toBe(403);
    },
    slow,
  );

  test(
    "shows a person who is no administrator all models, and none besides them",
    async () => {
      expect(await ours.modelsOf(await ours.plainUser())).toEqual(models.toSorted());
    },
    slow,
  );

  test(
    "lets anybody in from its second start on, and shows people no model, where these settings are missing",
    async () => {
      const without = ["ENABLE_SIGNUP", "BYPASS_MODEL_ACCESS_CONTROL"];
      await asBefore.start(url, without);
      expect(await asBefore.signUp("stranger")).toBe(403);
      await asBefore.start(url, without);
      expect(await asBefore.signUp("stranger")).toBe(200);
      expect(await asBefore.modelsOf(await asBefore.plainUser())).toEqual([]);
    },
    slow,
  );
});
