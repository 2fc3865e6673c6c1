import { describe, expect, test } from "vitest";
import { catalogue } from "../catalogue/catalogue.ts";
import { resolve } from "../catalogue/text.ts";
import { makePlan } from "../plan/make-plan.ts";
import { exampleSettings } from "../plan/testing.ts";
import { applicationFacts } from "./all.ts";
import { aSecret, isAsked, questions } from "./fact.ts";
import { doorsPage } from "./page.ts";

const plan = makePlan(exampleSettings(), catalogue);

/** Who can open a connection to a service, as the catalogue says. */
function reach(name: string): string {
  const service = catalogue.find((one) => one.name === name);
  if (service === undefined) throw new Error(`the catalogue has no ${name}`);
  const hosts = service.tailnetPorts?.map(({ port, reachedBy }) =>
    reachedBy === "hosts"
      ? `our hosts, port ${port} on the tailnet`
      : `our hosts and the tailnet's administrators, port ${port} on the tailnet`,
  );
  const parts = [
    ...(service.public === undefined ? [] : ["everybody, under its public name"]),
    ...(hosts ?? []),
    ...(service.network === "host" ? [] : ["the containers on its host's bridge"]),
  ];
  return parts.join("; ");
}

test("every service of the catalogue has facts, in its order, and nothing else has", () => {
  expect(applicationFacts.map(({ service }) => service)).toEqual(catalogue.map(({ name }) => name));
});

describe.each(applicationFacts.map((one) => [one.service, one] as const))("%s", (service, application) => {
  test("answers every question, or says why there is nothing to say", () => {
    const answered = new Set(application.facts.map(({ question }) => question));
    const left = new Set(Object.keys(application.nothing));
    for (const question of questions)
      expect([answered.has(question), left.has(question)], question).toContain(true);
    expect([...answered].filter((question) => left.has(question))).toEqual([]);
  });

  test("names its sources", () => {
    expect(application.sources).not.toEqual([]);
    for (const { repository, at, files } of application.sources) {
      expect([repository, at]).not.toContain("");
      expect(files).not.toEqual([]);
    }
  });

  test("has the settings that its facts rest on, on every host", () => {
    const set = application.facts.flatMap((fact) => Object.entries(fact.set ?? {}));
    for (const host of plan.hosts) {
      const container = host.containers.find(({ name }) => name === service);
      if (container === undefined) continue;
      for (const [name, value] of set) {
        const found = container.environment[name];
        const shown =
          found === undefined
            ? undefined
            : resolve(found, (reference) => (reference.ref === "secret" ? aSecret : ""));
        expect(shown?.replace(/^sk-/, ""), `${name} of ${service} on ${host.name}`).toBe(value);
      }
    }
  });

  test("is asked nothing that could make an account or end it", () => {
    for (const fact of application.facts.filter(isAsked)) {
      const { method, path, json } = fact.request;
      expect(path).toMatch(/^\//);
      if (method === "GET") expect(json).toBeUndefined();
      // A form without what an account needs: refused before it is read, or found wanting.
      else expect(JSON.stringify(json)).not.toMatch(/@/);
    }
  });
});

test("where the first visitor would become administrator, a step comes before, or it makes one itself", () => {
  const byStep = applicationFacts.filter(({ facts }) =>
    facts.some(
      ({ question, answer }) => question === "first visitor" && answer.includes("our first-run step"),
    ),
  );
  const steps = plan.hub.steps.map(({ name }) => name);
  expect(byStep.map(({ service }) => service)).toEqual(["kavita", "uptime-kuma"]);
  expect(steps).toEqual(expect.arrayContaining(["kavita.register-admin", "uptime-kuma.create-admin"]));
});

test("docs/doors.md says what the facts say; `vitest -u` writes it", async () => {
  await expect(doorsPage(applicationFacts, reach)).toMatchFileSnapshot("../docs/doors.md");
});
