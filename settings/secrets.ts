import type { Environment, ProvidedSecret, Role } from "./settings.ts";

/**
 * The secrets a person gives, all to the hub: a member reads what it needs from the hub's outputs.
 * A form never repeats the value, because its text is printed.
 */
export const providedSecrets: readonly ProvidedSecret[] = [
  {
    key: "cloudflareApiToken",
    purpose:
      "Cloudflare API token with Cloudflare Tunnel Write on the account, DNS Write, Zone Read and Zone Settings Write on the zone",
    role: "hub",
    variable: "CLOUDFLARE_API_TOKEN",
    required: () => true,
    form: cloudflareForm,
  },
  {
    key: "hcloudToken",
    purpose: "Hetzner Cloud API token with read and write permission (project, security, API tokens)",
    role: "hub",
    variable: "HCLOUD_TOKEN",
    required: ({ server }) => server !== undefined && server.mode !== "none",
    form: (value) => (/^[A-Za-z0-9]{64}$/.test(value) ? undefined : "not 64 letters and digits"),
  },
  {
    key: "tailscaleOauthSecret",
    purpose:
      "secret of the Tailscale OAuth client with the scopes policy_file, devices:core:read and, to create a VPS, auth_keys with the tag kitestacks:tailnet.tag, which the tailnet policy defines first",
    role: "hub",
    variable: "TAILSCALE_OAUTH_CLIENT_SECRET",
    required: () => true,
    form: startsWith("tskey-client-", /^tskey-client-\w+-\w+$/),
  },
  {
    key: "openrouterApiKey",
    purpose: "OpenRouter API key (openrouter.ai, keys)",
    role: "hub",
    required: () => true,
    form: startsWith("sk-or-", /^sk-or-[\w-]+$/),
  },
  {
    key: "forgejoToken",
    purpose:
      "read token of the activity host's Forgejo: the public portal then shows commits of private repositories too",
    role: "hub",
    required: () => false,
    form: (value) => (/^[0-9a-f]{40}$/.test(value) ? undefined : "not 40 hexadecimal digits"),
  },
  {
    key: "openprojectEnterpriseToken",
    purpose: "OpenProject Enterprise token, which its sign-in over OIDC needs",
    role: "hub",
    required: ({ services }) => services?.openprojectLogin === "oidc",
    form: enterpriseForm,
  },
  {
    key: "sshPrivateKey",
    purpose: "private key for the hosts' SSH without a passphrase, where no SSH agent holds one (as in CI)",
    role: "hub",
    required: () => false,
    form: privateKeyForm,
  },
];

export const secretKeys: readonly string[] = providedSecrets.map(({ key }) => key);

/** Those that a stack of this role is given. */
export const secretsOf = (role: Role): readonly ProvidedSecret[] =>
  providedSecrets.filter((secret) => secret.role === "any" || secret.role === role);

/** Of the accounts' tokens the ones that this environment holds, by key; a variable that is set to nothing is not set. */
export function accountTokens(environment: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    providedSecrets.flatMap(({ key, variable }) => {
      const value = variable === undefined ? undefined : environment[variable];
      return value === undefined || value === "" ? [] : [[key, value]];
    }),
  );
}

/** The OAuth client that a secret in the environment belongs to, where that is another one than the settings name. */
export function oauthClientIn(environment: Environment): string | undefined {
  const id = environment["TAILSCALE_OAUTH_CLIENT_ID"];
  return "tailscaleOauthSecret" in accountTokens(environment) && id !== "" ? id : undefined;
}

/** https://developers.cloudflare.com/fundamentals/api/get-started/token-formats */
function cloudflareForm(value: string): string | undefined {
  if (/^cfk_/.test(value) || /^[0-9a-f]{37}$/.test(value))
    return "the Global API Key, which may do everything";
  const isToken = /^cf[ua]t_[\w-]{40,}$/.test(value) || /^[\w-]{40}$/.test(value);
  return isToken ? undefined : "not an API token (cfut_… or cfat_…, before 2026 40 characters)";
}

function startsWith(prefix: string, whole: RegExp) {
  return (value: string): string | undefined => {
    if (!value.startsWith(prefix)) return `without ${prefix} at the start`;
    return whole.test(value) ? undefined : `not whole: ${prefix}… and letters, digits or dashes only`;
  };
}

function enterpriseForm(value: string): string | undefined {
  const armoured =
    /^-----BEGIN OPENPROJECT-EE TOKEN-----\r?\n[\s\S]+\n-----END OPENPROJECT-EE TOKEN-----\s*$/;
  return armoured.test(value)
    ? undefined
    : "without its first or last line (-----BEGIN OPENPROJECT-EE TOKEN-----)";
}

/** The command provider reads OpenSSH's own form and PEM; a locked key would fail only at the first step. */
function privateKeyForm(value: string): string | undefined {
  const armoured = /^-----BEGIN ([A-Z]+ )?PRIVATE KEY-----\r?\n[\s\S]+\n-----END \1?PRIVATE KEY-----\s*$/;
  if (!armoured.test(value)) return "not a private key (-----BEGIN OPENSSH PRIVATE KEY----- to its END line)";
  return /ENCRYPTED/.test(value)
    ? "locked with a passphrase; make one without: ssh-keygen -p -f <key>"
    : undefined;
}
