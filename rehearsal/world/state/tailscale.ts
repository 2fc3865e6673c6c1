export interface TailscaleState {
  apiKeys: string[];
  oauthClients: OauthClient[];
  /** The text in force, as it was written. */
  policy: string;
  /** Whether it is still the one that a new tailnet has. */
  policyIsDefault: boolean;
  /** The person whose computer runs the program, for "who may reach SSH". */
  operator: string;
  devices: Record<string, Device>;
  keys: Record<string, TailnetKey>;
}

export interface OauthClient {
  id: string;
  secret: string;
  /** What it may hand out; the console asks for them when a scope writes keys or devices. */
  tags?: readonly string[];
}

export interface Device {
  id: string;
  hostname: string;
  address: string;
  /** The login name of its owner; "" for a tagged device. */
  user: string;
  tags: string[];
  online: boolean;
  keyExpiryDisabled: boolean;
  /** When its node key expires; left out: not within any time that a rehearsal looks at. */
  keyExpires?: string;
  createdAt: string;
  /** The join key that it came with; "" for a device that a person added. */
  joinedWith: string;
}

export interface TailnetKey {
  id: string;
  key: string;
  tags: string[];
  reusable: boolean;
  ephemeral: boolean;
  preauthorized: boolean;
  description: string;
  createdAt: string;
  expiresAt: string;
  uses: number;
  revoked: boolean;
}
