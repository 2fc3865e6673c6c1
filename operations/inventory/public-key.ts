/** A public key without what somebody wrote behind it, which Hetzner may have changed. */
export const withoutComment = (key: string) => key.split(" ").slice(0, 2).join(" ");
