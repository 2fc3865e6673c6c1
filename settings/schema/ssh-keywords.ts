import { fault, nearest } from "./fault.ts";

/**
 * The keywords of ssh_config (OpenSSH 9.2, ssh_config(5)) that are of use on the way to a host. ssh ends with every
 * other one, at the first operation.
 */
export const sshKeywords: readonly string[] = `
  AddKeysToAgent AddressFamily BatchMode BindAddress BindInterface CASignatureAlgorithms CanonicalDomains
  CanonicalizeFallbackLocal CanonicalizeHostname CanonicalizeMaxDots CanonicalizePermittedCNAMEs CertificateFile
  CheckHostIP Ciphers ClearAllForwardings Compression ConnectionAttempts ConnectTimeout ControlMaster
  ControlPath ControlPersist DynamicForward EnableSSHKeysign EscapeChar ExitOnForwardFailure FingerprintHash
  ForwardAgent ForwardX11 ForwardX11Timeout ForwardX11Trusted GatewayPorts GlobalKnownHostsFile
  GSSAPIAuthentication GSSAPIDelegateCredentials HashKnownHosts HostbasedAcceptedAlgorithms
  HostbasedAuthentication HostKeyAlgorithms HostKeyAlias Hostname IdentitiesOnly IdentityAgent IdentityFile
  IgnoreUnknown IPQoS KbdInteractiveAuthentication KbdInteractiveDevices KexAlgorithms KnownHostsCommand
  LocalForward LogLevel LogVerbose MACs NoHostAuthenticationForLocalhost NumberOfPasswordPrompts
  PasswordAuthentication PermitRemoteOpen PKCS11Provider Port PreferredAuthentications ProxyCommand ProxyJump
  ProxyUseFdpass PubkeyAcceptedAlgorithms PubkeyAuthentication RekeyLimit RemoteForward RequiredRSASize
  RevokedHostKeys SecurityKeyProvider SendEnv ServerAliveCountMax ServerAliveInterval SetEnv StreamLocalBindMask
  StreamLocalBindUnlink StrictHostKeyChecking SyslogFacility TCPKeepAlive Tunnel TunnelDevice UpdateHostKeys
  User UserKnownHostsFile VerifyHostKeyDNS VisualHostKey XAuthLocation
`
  .trim()
  .split(/\s+/);

const lowerCase = new Set(sshKeywords.map((keyword) => keyword.toLowerCase()));

/** ssh does not mind capitals. */
export const isSshKeyword = (keyword: string): boolean => lowerCase.has(keyword.toLowerCase());

export function keywordFault(option: string): string | undefined {
  const keyword = /^([A-Z][A-Za-z0-9]+)=/.exec(option)?.[1];
  if (keyword === undefined || isSshKeyword(keyword)) return undefined;
  const meant = nearest(keyword, sshKeywords);
  return fault(
    `${keyword} is no keyword of ssh_config that helps to reach a host`,
    meant === undefined ? "remove it, or see `man ssh_config`" : `did you mean ${meant}?`,
  );
}
