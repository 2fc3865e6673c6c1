import type { Forge } from "./api.ts";

/** The job's environment is not that of a forge. */
class NoForgeError extends Error {
  readonly exitCode = 64;
}

/** The variables that both forges set in every job, and the token that the workflow hands over. */
export function forgeFromEnvironment(environment: NodeJS.ProcessEnv): Forge {
  const variable = (name: string) => {
    const value = environment[name];
    if (value !== undefined && value !== "") return value;
    throw new NoForgeError(
      `${name} is not set; this command runs in a job of .github/workflows or .forgejo/workflows`,
    );
  };
  return {
    apiUrl: variable("GITHUB_API_URL"),
    repository: variable("GITHUB_REPOSITORY"),
    token: variable("FORGE_TOKEN"),
  };
}
