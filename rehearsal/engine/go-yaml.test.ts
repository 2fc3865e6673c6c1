import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { otherTexts, plainScalars } from "../../settings/fixtures/scalars.ts";

const goModule = join(import.meta.dirname, "go");
const isRequired = process.env["KITESTACKS_REQUIRE_TOOLS"] === "1";
const hasGo = spawnSync("go", ["version"]).status === 0;

interface Answer {
  readonly reads?: string;
  readonly writes?: string;
  readonly error?: string;
}

describe.skipIf(!hasGo && !isRequired)(
  hasGo || isRequired
    ? "Pulumi's own reading of stack files"
    : "Pulumi's own reading of stack files (skipped: needs Go; install golang)",
  { timeout: 600_000 },
  () => {
    const program = join(mkdtempSync(join(tmpdir(), "kitestacks-stack-file-")), "stack-file");
    beforeAll(() => {
      const env = { ...process.env, GOTOOLCHAIN: "local", GOWORK: "off", GOFLAGS: "-mod=readonly" };
      const { status, stderr } = spawnSync("go", ["build", "-o", program, "./stack-file"], {
        cwd: goModule,
        env,
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(`go build: ${stderr}`);
    }, 600_000);

    const ask = (texts: readonly string[]): readonly Answer[] =>
      JSON.parse(
        spawnSync(program, { input: JSON.stringify(texts), encoding: "utf8", maxBuffer: 2 ** 28 }).stdout,
      );

    test("is the recorded one (`vitest run FILE -u` records it anew)", async () => {
      const rows = [
        ...plainScalars.map((yaml) => ({ kind: "scalar", yaml, text: `v: ${yaml}` })),
        ...otherTexts.map((yaml) => ({ kind: "text", yaml, text: yaml })),
      ];
      const answers = ask(rows.map(({ text }) => `config:\n  kitestacks:services:\n    ${text}\n`));
      const lines = rows.map(({ kind, yaml }, index) =>
        JSON.stringify({ kind, yaml, ...recorded(answers[index] ?? {}) }),
      );
      await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../../settings/fixtures/go-yaml.jsonl");
    });
  },
);

/** As JSON: what Pulumi reads, and what is read here from what it writes. */
function recorded({ reads, writes, error }: Answer): object {
  if (reads === undefined || writes === undefined)
    return { refused: error?.replaceAll(/\s+/g, " ").slice(0, 100) };
  const section = /^\{"kitestacks:services":(.*)\}$/.exec(reads)?.[1];
  const written = parseDocument(writes);
  const reread = written.errors.length > 0 ? undefined : written.toJS();
  return {
    reads: section,
    rereads: JSON.stringify(reread?.config?.["kitestacks:services"]) ?? "not YAML 1.2",
  };
}
