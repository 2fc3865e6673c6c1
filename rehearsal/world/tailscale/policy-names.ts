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
  for (const grant of policy.grants) checkSides(grant);
}

/** What stands for a device only on one side of a rule; a grant's `autogroup:self` also needs people to belong to. */
function checkSides({ src, dst, where, isGrant }: Policy["grants"][number]): void {
  const sourceOnly = dst.find((name) => /^autogroup:(danger-all|shared|nonroot)$/.test(name));
  const targetOnly = src.find((name) => /^autogroup:(self|internet|nonroot)$/.test(name));
  if (sourceOnly) refuse(`policy: ${where}: cannot use "${sourceOnly}" as a dst`);
  if (targetOnly) refuse(`policy: ${where}: "${targetOnly}" not valid on the src side of a rule`);
  if ([...src, ...dst].some((name) => name.endsWith("/0")))
    refuse(`policy: ${where}: to allow all IP addresses, use "*" or "autogroup:internet"`);
  const isPerson = (name: string) =>
    /^(group:|autogroup:members?$)|@/.test(name) || (!isGrant && name === "*");
  if (dst.includes("autogroup:self") && !src.every(isPerson))
    refuse(`policy: ${where}: autogroup:self can only be used with users, groups, or supported autogroups`);
}

const AUTOGROUPS = [
  ...["member", "members", "admin", "owner", "it-admin", "network-admin", "billing-admin", "auditor"],
  ...["tagged", "self", "internet", "nonroot", "shared", "danger-all"],
];

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
