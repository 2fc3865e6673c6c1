import { describe, expect, it } from "vitest";
import { exposuresOf, hasImage, socket } from "./containers.ts";
import { goodObserved } from "./testing.ts";
import { container } from "./testing-hosts.ts";

describe("a container", () => {
  it.each([
    ["postgres", true],
    ["postgres:17", true],
    ["docker.io/library/postgres:17@sha256:00ff", true],
    ["mirror.example:5000/postgres", true],
    ["postgres@sha256:00ff", true],
    ["prom/postgres-exporter:1", false],
    ["postgres/other:1", false],
    ["sha256:00ff", false],
    ["", false],
  ])("of the image %s is Postgres: %s", (image, is) => {
    expect(hasImage(container("database", { image }), "postgres")).toBe(is);
  });

  it("opens what it publishes, and in the host's network what it listens on", () => {
    const published = [{ address: "127.0.0.1", port: 81, target: 80 }];
    const listens = [{ address: "0.0.0.0", port: 80 }];
    const [host] = goodObserved().hosts;
    if (host === undefined) throw new Error("the good example has no host");
    const opened = (networks: readonly string[]) =>
      exposuresOf({ ...host, containers: [container("web", { published, listens, networks })] }).map(
        ({ address, port, target, how }) => `${how} ${socket(address, port)} → ${target}`,
      );
    expect(opened(["kitestacks"])).toEqual(["publishes 127.0.0.1:81 → 80"]);
    expect(opened(["host"])).toEqual(["listens in the host's network on 0.0.0.0:80 → 80"]);
    expect(opened([])).toEqual(["publishes 127.0.0.1:81 → 80"]);
  });

  it.each([
    ["100.64.0.2", "100.64.0.2:80"],
    ["::1", "[::1]:80"],
    ["[::]", "[::]:80"],
  ])("at %s is shown as %s", (address, shown) => {
    expect(socket(address, 80)).toBe(shown);
  });
});
