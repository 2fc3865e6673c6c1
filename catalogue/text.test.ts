import { describe, expect, test } from "vitest";
import { addressOf, isSecret, joinTexts, referencesIn, resolve, secret, text } from "./text.ts";

describe("text", () => {
  test("without references it is a plain string, known at preview", () => {
    expect(text`http://${"grafana"}:${3000}/`).toBe("http://grafana:3000/");
  });

  test("keeps references where they stand, inside nested texts too", () => {
    const url = text`http://${addressOf("hub")}:${8000}`;
    expect(text`peers=${url},end`).toEqual(["peers=http://", { ref: "address", host: "hub" }, ":8000,end"]);
  });

  test("joins texts with a separator and drops nothing", () => {
    expect(joinTexts([text`a`, text`${secret("s")}`, "c"], ",")).toEqual([
      "a,",
      { ref: "secret", name: "s" },
      ",c",
    ]);
    expect(joinTexts([])).toBe("");
  });

  test("is secret only through a secret, not through an address", () => {
    expect(isSecret(text`sk-${secret("s")}`)).toBe(true);
    expect(isSecret(text`http://${addressOf("hub")}`)).toBe(false);
  });

  test("resolves every reference", () => {
    const value = text`${secret("s")}@${addressOf("hub")}`;
    expect(resolve(value, (it) => (it.ref === "secret" ? `<${it.name}>` : `(${it.host})`))).toBe("<s>@(hub)");
    expect(referencesIn(value)).toHaveLength(2);
  });
});
