import { type Policy, refuse, splitTarget } from "./policy-parts.ts";

/** Every tag, group and host that is used must be defined: Tailscale refuses the policy otherwise. */
export function checkNames(policy: Policy): void {
  const used = [
    ...policy.grants.flatMap((entry) =>
      [...entry.src, ...entry.dst].map((name) => ({ name, where: entry.where })),
    ),
    ...policy.ssh.flatMap((rule, i) =>
      [...rule.src, ...rule.dst].map((name) => ({ name, where: `ssh[${i}]` })),
    ),
    ...Object.entries(policy.tagOwners).flatMap(([tag, owners]) =>
      [tag, ...owners].map((name) => ({ name, where: "tagOwners" })),
    ),
    ...policy.tests.map((test, i) => ({ name: test.src, where: `tests[${i}]` })),
    ...policy.tests.flatMap((test, i) =>
      [...test.accept, ...test.deny].map((target) => ({
        name: splitTarget(target).selector,
        where: `tests[${i}]`,
      })),
    ),
  ];
  for (const { name, where } of used) checkName(policy, name, where);
}

const AUTOGROUPS = ["member", "members", "admin", "owner", "tagged", "self", "internet", "nonroot"];

function checkName(policy: Policy, name: string, where: string): void {
  if (name === "*" || name.includes("@") || /^[\d.]+(\/\d+)?$/.test(name)) return;
  if (name.startsWith("tag:")) {
    if (!(name in policy.tagOwners))
      refuse(`policy: ${where}: tag not found: "${name}"; define it in tagOwners`);
  } else if (name.startsWith("group:")) {
    if (!(name in policy.groups)) refuse(`policy: ${where}: group not found: "${name}"; define it in groups`);
  } else if (name.startsWith("autogroup:")) {
    if (!AUTOGROUPS.includes(name.slice("autogroup:".length))) {
      refuse(`policy: ${where}: the rehearsal does not know "${name}"`);
    }
  } else if (!(name in policy.hosts)) {
    refuse(`policy: ${where}: "${name}" is no tag, group, user, address or entry of hosts`);
  }
}
