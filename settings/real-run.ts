import type { Problem } from "./problem.ts";
import { accountTokens, oauthClientIn, secretsOf } from "./secrets.ts";
import type { Environment } from "./settings.ts";
import type { StackFile } from "./stack-file.ts";

/**
 * What a rehearsal may leave as it is and a run against real accounts may not: the placeholders of the stack files
 * that this repository comes with (every other rule takes them), and tokens in the environment that are none.
 */
export function problemsOfRealRun(
  files: readonly StackFile[],
  stack: string,
  environment: Environment,
): Problem[] {
  const hub = files.find(({ role }) => role === "hub");
  const running = files.find(({ name }) => name === stack);
  return [
    ...(hub === undefined ? [] : placeholders(hub, environment)),
    ...(running === undefined ? [] : wrongVariables(running, environment)),
  ];
}

const remedies = {
  accountId: "write your own: Cloudflare dashboard, overview of the zone",
  zoneId: "write your own: Cloudflare dashboard, overview of the zone",
  oauthClientId: "write the id of your OAuth client: Tailscale admin console, settings, OAuth clients",
  sshKey: "write your own public key (~/.ssh/id_ed25519.pub), or nobody can log in",
};

function placeholders({ file, sections }: StackFile, environment: Environment): Problem[] {
  const { edge, tailnet, server } = sections;
  const keys = server === undefined || server.mode !== "create" ? [] : server.sshKeys;
  const found: readonly (readonly [key: string, value: string | undefined, remedy: string])[] = [
    ["edge.accountId", edge?.accountId, remedies.accountId],
    ["edge.zoneId", edge?.zoneId, remedies.zoneId],
    ["tailnet.oauthClientId", oauthClientIn(environment) ?? tailnet?.oauthClientId, remedies.oauthClientId],
    ...keys.map((key, i) => [`server.sshKeys[${i}]`, key, remedies.sshKey] as const),
  ];
  return found
    .filter(([, value]) => value !== undefined && placeholder.test(value))
    .map(([key, value, remedy]) => ({
      file,
      key: `kitestacks:${key}`,
      value,
      wrong: "still the placeholder",
      remedy,
    }));
}

const placeholder = /^0{31}\d$|^k0+CNTRL$|set-to-your-own$/;

/** Of the tokens that the running stack needs: a shell may have others for other things. */
function wrongVariables({ role, sections }: StackFile, environment: Environment): Problem[] {
  const given = accountTokens(environment);
  const needed = role === undefined ? [] : secretsOf(role).filter(({ required }) => required(sections));
  return needed.flatMap(({ key, variable = "", form }) => {
    const wrong = given[key] === undefined ? undefined : form(given[key]);
    return wrong === undefined
      ? []
      : [
          {
            file: "the environment",
            key: variable,
            wrong: `${wrong} (value not shown)`,
            remedy: `set it right, or unset it and the value of kitestacks:${key} is used`,
          },
        ];
  });
}
