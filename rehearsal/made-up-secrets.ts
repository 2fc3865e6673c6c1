import { createHash } from "node:crypto";
import { providedSecrets } from "../settings/secrets.ts";

/** Secrets of the right form that open nothing; the same seed gives the same ones. */
export function madeUpSecrets(seed: string): Readonly<Record<string, string>> {
  return Object.fromEntries(providedSecrets.map(({ key }) => [key, madeUp(key, digits(seed, key))]));
}

function madeUp(key: string, hex: string): string {
  switch (key) {
    case "cloudflareApiToken":
      return hex.slice(0, 40);
    case "hcloudToken":
      return hex.slice(0, 64);
    case "tailscaleOauthSecret":
      return `tskey-client-${hex.slice(0, 12)}-${hex.slice(12, 44)}`;
    case "openrouterApiKey":
      return `sk-or-v1-${hex.slice(0, 64)}`;
    case "forgejoToken":
      return hex.slice(0, 40);
    case "openprojectEnterpriseToken":
      return `-----BEGIN OPENPROJECT-EE TOKEN-----\n${hex}\n-----END OPENPROJECT-EE TOKEN-----`;
    case "sshPrivateKey":
      return `-----BEGIN OPENSSH PRIVATE KEY-----\n${hex}\n-----END OPENSSH PRIVATE KEY-----`;
    default:
      throw new Error(
        `The rehearsal makes up no value for the secret ${key}; add its form to made-up-secrets.ts.`,
      );
  }
}

/** 128 hexadecimal digits. */
function digits(seed: string, key: string): string {
  return createHash("sha512").update(`${seed} ${key}`).digest("hex");
}
