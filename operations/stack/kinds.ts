/** Type tokens of the resources that the reports speak of. */
export const kinds = {
  container: "docker:index/container:Container",
  volume: "docker:index/volume:Volume",
  network: "docker:index/network:Network",
  builtImage: "docker:index/image:Image",
  pulledImage: "docker:index/remoteImage:RemoteImage",
  record: "cloudflare:index/dnsRecord:DnsRecord",
  tunnel: "cloudflare:index/zeroTrustTunnelCloudflared:ZeroTrustTunnelCloudflared",
  ingress: "cloudflare:index/zeroTrustTunnelCloudflaredConfig:ZeroTrustTunnelCloudflaredConfig",
  zoneSetting: "cloudflare:index/zoneSetting:ZoneSetting",
  ruleset: "cloudflare:index/ruleset:Ruleset",
  server: "hcloud:index/server:Server",
  firewall: "hcloud:index/firewall:Firewall",
  primaryIp: "hcloud:index/primaryIp:PrimaryIp",
  sshKey: "hcloud:index/sshKey:SshKey",
  policy: "tailscale:index/acl:Acl",
  joinKey: "tailscale:index/tailnetKey:TailnetKey",
} as const;

const words: Readonly<Record<string, string>> = {
  [kinds.container]: "container",
  [kinds.volume]: "volume",
  [kinds.network]: "Docker network",
  [kinds.builtImage]: "built image",
  [kinds.pulledImage]: "image",
  [kinds.record]: "DNS record",
  [kinds.tunnel]: "tunnel",
  [kinds.ingress]: "tunnel rules",
  [kinds.zoneSetting]: "zone setting",
  [kinds.ruleset]: "redirect rules",
  [kinds.server]: "server",
  [kinds.firewall]: "firewall",
  "hcloud:index/firewallAttachment:FirewallAttachment": "firewall attachment",
  [kinds.primaryIp]: "public address",
  [kinds.sshKey]: "SSH key",
  [kinds.policy]: "tailnet policy",
  [kinds.joinKey]: "join key",
  "random:index/randomPassword:RandomPassword": "generated secret",
  "random:index/randomBytes:RandomBytes": "generated secret",
  "command:remote:Command": "remote command",
  "command:local:Command": "command",
};

/** What a person calls a resource of this type. */
export const kindOf = (type: string): string => words[type] ?? type;

/** Components and providers have no thing of their own in the world. */
export const isThing = (type: string): boolean =>
  !type.startsWith("kitestacks:") && !type.startsWith("pulumi:");
