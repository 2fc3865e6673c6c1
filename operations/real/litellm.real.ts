import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../rehearsal/serve/free-port.ts";
import { containerNamed, describeWith, plain, type Started, secretValue, start } from "./real.ts";
import { redisRemedy, startRedis, type TestRedis } from "./redis.ts";

const litellm = process.env["KITESTACKS_LITELLM"] ?? "litellm";
const remedy =
  "pip install 'litellm[proxy]' prometheus-client, then put litellm on PATH or name it in KITESTACKS_LITELLM";
/** Its start loads half of Python's packages for AI. */
const slow = 600_000;

/** OpenRouter as far as one chat request meets it. */
class FakeOpenRouter {
  readonly asked: { key: string | undefined; model: string }[] = [];
  /** Answers 429 for this model. */
  exhausted = "";
  readonly #server: Server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const { model } = JSON.parse(text);
    this.asked.push({ key: request.headers.authorization, model });
    const message = { role: "assistant", content: `an answer of ${model}` };
    const body = {
      id: "1",
      object: "chat.completion",
      created: 1,
      model,
      choices: [{ index: 0, finish_reason: "stop", message }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    };
    const isExhausted = model === this.exhausted;
    response.writeHead(isExhausted ? 429 : 200, { "content-type": "application/json" });
    response.end(
      JSON.stringify(isExhausted ? { error: { code: 429, message: "Rate limit exceeded" } } : body),
    );
  });

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/v1`;
  }

  close(): void {
    this.#server.close();
  }
}

describeWith("redis-server", redisRemedy, "with a real Redis", () => {
  describeWith(litellm, remedy, "LiteLLM's real proxy on the generated configuration", () => {
    const container = containerNamed("kite-litellm");
    const openRouter = new FakeOpenRouter();
    const folder = mkdtempSync(join(tmpdir(), "kitestacks-litellm-"));
    const key = `sk-${secretValue("kite-litellm.masterKey")}`;
    let redis: TestRedis;
    /** As on two hosts: one configuration, one Redis. */
    let proxies: readonly (Started & { readonly url: string })[] = [];

    const startProxy = async (openRouterUrl: string) => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const configuration = join(folder, "config.yaml");
      writeFileSync(configuration, plain(container.files[0]?.content ?? ""));
      const instead: Record<string, string> = { "/app/config.yaml": configuration, "4000": String(port) };
      const words = container.command.map(plain).map((word) => instead[word] ?? word);
      const environment = Object.entries(container.environment).map(([name, value]) => [name, plain(value)]);
      const env = {
        ...Object.fromEntries(environment),
        REDIS_HOST: "127.0.0.1",
        REDIS_PORT: String(redis.port),
        OPENROUTER_API_BASE: openRouterUrl,
      };
      const isAlive = async () => (await fetch(`${url}/health/liveliness`)).ok;
      return {
        url,
        ...(await start(litellm, [...words, "--host", "127.0.0.1"], { env, cwd: folder }, isAlive)),
      };
    };

    beforeAll(async () => {
      redis = await startRedis();
      const openRouterUrl = await openRouter.listen();
      proxies = await Promise.all([startProxy(openRouterUrl), startProxy(openRouterUrl)]);
    }, slow);
    afterAll(async () => {
      await Promise.all(proxies.map((proxy) => proxy.stop()));
      await redis?.stop();
      openRouter.close();
      rmSync(folder, { recursive: true });
    });

    const chat = async (model: string, content: string, { as = key, proxy = 0 } = {}) => {
      const response = await fetch(`${proxies[proxy]?.url}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${as}`, "content-type": "application/json" },
        body: JSON.stringify({ model, messages: [{ role: "user", content }] }),
      });
      const body = JSON.parse(await response.text());
      return [response.status, body.choices?.[0]?.message?.content];
    };

    describe("a request", () => {
      test(
        "reaches OpenRouter with its key and its own model id",
        async () => {
          expect(await chat("openai/gpt-oss-120b:free", "one")).toEqual([
            200,
            "an answer of openai/gpt-oss-120b:free",
          ]);
          expect(openRouter.asked).toEqual([
            { key: `Bearer ${secretValue("provided.openrouterApiKey")}`, model: "openai/gpt-oss-120b:free" },
          ]);
        },
        slow,
      );

      test(
        "is answered from Redis the second time, on the other host as well",
        async () => {
          const before = openRouter.asked.length;
          await chat("openrouter/free", "again and again");
          await expect.poll(() => redis.cli(["keys", "kitestacks:*"]), { timeout: slow }).not.toBe("");
          expect(await chat("openrouter/free", "again and again", { proxy: 1 })).toEqual([
            200,
            "an answer of openrouter/free",
          ]);
          expect(openRouter.asked).toHaveLength(before + 1);
        },
        slow,
      );

      test(
        "goes to the first model when another one's quota is used up",
        async () => {
          openRouter.exhausted = "openai/gpt-oss-120b:free";
          expect(await chat("openai/gpt-oss-120b:free", "two")).toEqual([
            200,
            "an answer of openrouter/free",
          ]);
          openRouter.exhausted = "";
        },
        slow,
      );

      test(
        "with a wrong key is refused and never leaves the host",
        async () => {
          const before = openRouter.asked.length;
          const [status] = await chat("openrouter/free", "three", { as: "sk-wrong" });
          expect(status).toBeGreaterThanOrEqual(400);
          expect(openRouter.asked).toHaveLength(before);
        },
        slow,
      );
    });

    test(
      "a model whose requests of the minute are used up hands over to the first one",
      async () => {
        let questions = 0;
        const answer = async () => (await chat("openai/gpt-oss-120b:free", `limit ${questions++}`))[1];
        // After the refusal of the test before, it is left alone for some seconds.
        await expect.poll(answer, { timeout: slow }).toBe("an answer of openai/gpt-oss-120b:free");
        const answers: unknown[] = [];
        for (let asked = 0; asked < 40 && answers.at(-1) !== "an answer of openrouter/free"; asked += 1) {
          answers.push(await answer());
        }
        expect(answers.at(-1)).toBe("an answer of openrouter/free");
      },
      slow,
    );

    test(
      "shows its numbers to Prometheus without the master key",
      async () => {
        const response = await fetch(`${proxies[0]?.url}/metrics/`);
        expect(response.status).toBe(200);
        const text = await response.text();
        expect(text).toContain("litellm_proxy_total_requests_metric_total");
        expect(text).not.toContain(key);
      },
      slow,
    );
  });
});
