import { describe, expect, test } from "vitest";
import { readArguments } from "./arguments.ts";

describe("the arguments of npm start", () => {
  test("serves by default", () => {
    expect(readArguments([])).toEqual({
      serve: true,
      port: 8088,
      json: undefined,
      stacks: undefined,
      hosts: undefined,
    });
  });

  test("takes all of them", () => {
    expect(
      readArguments(["--no-serve", "--json", "e.json", "--stacks", "d", "--hosts", "hub,b2", "--port", "0"]),
    ).toEqual({
      serve: false,
      port: 0,
      json: "e.json",
      stacks: "d",
      hosts: ["hub", "b2"],
    });
  });

  test.each([
    [["--no-server"], "Unknown option '--no-server'"],
    [["extra"], "Unexpected argument 'extra'"],
    [["--port", "http"], '--port is "http", which is no port; give a number up to 65535'],
    [["--port", "70000"], '--port is "70000", which is no port'],
    [["--json"], "Option '--json <value>' argument missing"],
    [["--hosts", "a,Home Server"], '--hosts has "a", which is no host name'],
    [["--hosts", "home,Home Server"], '--hosts has "Home Server", which is no host name'],
  ])("%j is refused with the usage", (words, message) => {
    expect(() => readArguments(words)).toThrow(message);
    expect(() => readArguments(words)).toThrow("Usage: npm start [-- --no-serve --port N --json FILE");
  });
});
