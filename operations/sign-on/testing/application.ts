import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from "node:crypto";
import {
  beginSignOn,
  discover,
  type Fetch,
  finishSignOn,
  type LoginUnderWay,
  type SignOnClient,
} from "../sign-on.ts";

/**
 * An application on one host. A login under way is in a cookie, sealed with a secret; or, without one, it lies on the
 * host, and the cookie only names it.
 */
export class Application {
  readonly #host: string;
  readonly #client: SignOnClient;
  readonly #seal: string | undefined;
  readonly #sessions = new Map<string, LoginUnderWay>();

  constructor(host: string, client: SignOnClient, seal: string | undefined) {
    this.#host = host;
    this.#client = client;
    this.#seal = seal;
  }

  /** Sends a person away. */
  async begin(fetch: Fetch): Promise<{ readonly authorization: URL; readonly cookie: string }> {
    const { authorization, underWay } = await beginSignOn(this.#client, await discover(this.#client, fetch));
    if (this.#seal !== undefined) return { authorization, cookie: sealed(underWay, this.#seal) };
    const cookie = randomUUID();
    this.#sessions.set(cookie, underWay);
    return { authorization, cookie };
  }

  /** Takes a person back, whichever host sent them away. */
  async finish(returned: URL, cookie: string, fetch: Fetch) {
    const underWay = this.#seal === undefined ? this.#sessions.get(cookie) : opened(cookie, this.#seal);
    if (underWay === undefined)
      throw new Error(`${this.#client.clientId}: the login was not begun on ${this.#host}`);
    return finishSignOn(this.#client, await discover(this.#client, fetch), { at: returned, underWay });
  }
}

const keyOf = (seal: string) => createHash("sha256").update(seal).digest();
const [NONCE, TAG] = [12, 16];

function sealed(underWay: LoginUnderWay, seal: string): string {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv("aes-256-gcm", keyOf(seal), nonce);
  const text = Buffer.concat([cipher.update(JSON.stringify(underWay)), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64url");
}

/** Undefined for what was sealed with another secret. */
function opened(cookie: string, seal: string): LoginUnderWay | undefined {
  const bytes = Buffer.from(cookie, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", keyOf(seal), bytes.subarray(0, NONCE));
  decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
  try {
    return JSON.parse(
      Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString(),
    );
  } catch {
    return undefined;
  }
}
