import { expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { castOf } from "../cast.ts";
import { describeWithEngine } from "../engine/testing.ts";
import { cast, done, edited, failureOf, hub, member, notProved, openBothUp } from "./stage.ts";

const hubFile = `Pulumi.${hub}.yaml`;
const services = "  kitestacks:services:\n";

/** The hub's file with more settings for the services. */
const withServices = (lines: string) => edited(cast, hubFile, [services, `${services}    ${lines}\n`]);

describeWithEngine("a change of settings, from both stacks up,", (engine) => {
  test("to another image and another client secret replaces exactly the containers that use them", async () => {
    const rehearsal = await openBothUp(engine);
    const image = "jvmilazz0/kavita:0.9.2";
    rehearsal.recast(
      edited(withServices(`images: { kavita: "${image}" }`), hubFile, [
        services,
        `${services}    rotate: { grafana.oidc: "2026-12-01" }\n`,
      ]),
    );
    // The worker carries the client secrets into Authentik, so it changes with each of them.
    const onEveryHost = [
      "replace Container authentik-worker",
      "replace Container grafana",
      "replace Container kavita",
      "replace RemoteImage kavita",
      // What is done inside a container is done again in a new one.
      "replace Command authentik-worker.apply-blueprints",
      "replace Command kavita.oidc-settings",
      "replace Command kavita.register-admin",
    ].sort();
    expect(done(await rehearsal.up(hub))).toEqual(
      [...onEveryHost, "replace RandomPassword grafana.oidc"].sort(),
    );
    expect(done(await rehearsal.up(member))).toEqual(onEveryHost);

    const secrets = [hub, member].map((host) => {
      expect(rehearsal.world.container(host, "kavita").image).toBe(image);
      return rehearsal.world.container(host, "grafana").env["GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET"];
    });
    expect(secrets[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(secrets[1]).toBe(secrets[0]);
    expect(notProved(await rehearsal.observe())).toEqual({});
  });

  test("that would make a person's password anew, or the key of stored data, is refused and changes nothing", async () => {
    const rehearsal = await openBothUp(engine);
    const stack = await rehearsal.stack(hub);
    const before = [rehearsal.world.save(), stack.resources().map(({ urn, id }) => [urn, id])];
    rehearsal.write({
      ...cast.files,
      [hubFile]: (cast.files[hubFile] ?? "").replace(
        services,
        `${services}    rotate: { kavita.adminPassword: "2", grafana.secretKey: "2" }\n`,
      ),
    });
    const { messages } = await failureOf(rehearsal.up(hub));
    expect(messages.join("\n")).toBe(
      `2 settings are wrong; nothing was created.
  ${hubFile}: kitestacks:services.rotate.kavita.adminPassword is "2": the running service remembers the old one (first administrator), and no step can tell it the new one; take the entry out; such a password is changed in the service itself
  ${hubFile}: kitestacks:services.rotate.grafana.secretKey is "2": it can never be changed: it encrypts stored credentials, which nobody could read any more; take the entry out`,
    );
    expect([rehearsal.world.save(), stack.resources().map(({ urn, id }) => [urn, id])]).toEqual(before);
  });

  test("to another database password is told to the database and to every Authentik", async () => {
    const rehearsal = await openBothUp(engine);
    const { world } = rehearsal;
    const inTheVolume = () => world.machine(hub).volumes["postgres-data"]?.postgres?.password;
    const before = inTheVolume();
    rehearsal.recast(withServices('rotate: { postgres.password: "2026-12-01" }'));
    const users = [
      "replace Command authentik-worker.apply-blueprints",
      "replace Container authentik",
      "replace Container authentik-worker",
    ];
    const database = [
      "replace Command postgres.set-password",
      "replace Container postgres",
      "replace RandomPassword postgres.password",
    ];
    expect(done(await rehearsal.up(hub))).toEqual([...users, ...database].sort());
    expect(done(await rehearsal.up(member))).toEqual(users);
    expect(inTheVolume()).not.toBe(before);
    expect(world.state.volumesLost).toEqual([]);
    expect(notProved(await rehearsal.observe())).toEqual({});
  });

  test("to another database password is refused where no step would tell it to the database", () => {
    const stepless = catalogue.map((service) => ({ ...service, firstRun: [] }));
    const { files } = withServices('rotate: { postgres.password: "2" }');
    expect(() => castOf(files, stepless)).toThrow(
      `kitestacks:services.rotate.postgres.password is "2": the running service remembers the old one (Authentik's database login), and no step can tell it the new one`,
    );
  });
});
