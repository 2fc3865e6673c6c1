import { fault } from "./fault.ts";
import { choice, complain, formed, section, text } from "./forms.ts";

const domainForm = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The likely slips, each with the name that was meant. */
function explainDomain(value: string): string | undefined {
  const name = value
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "")
    .replace(/[/?#].*$/, "")
    .replace(/\.$/, "");
  if (!domainForm.test(name)) return undefined;
  const slip = [
    { found: /^[a-z]+:\/\//i, wrong: "a URL, not a domain" },
    { found: /[/?#]/, wrong: "a domain with a path" },
    { found: /\.$/, wrong: "a domain with a dot at the end" },
    { found: /[A-Z]/, wrong: "a domain in upper case" },
  ].find(({ found }) => found.test(value));
  return slip && fault(slip.wrong, `write ${name}`);
}

const domain = formed(
  "the domain of the zone at Cloudflare, lower case, without scheme, path or dot at the end, e.g. example.com",
  domainForm,
  "not a domain",
  explainDomain,
);

const timezoneWhat = "an IANA time zone, e.g. Europe/Berlin";

/** By Node's own time zone data, aliases included: a container with an unknown TZ silently runs on UTC. */
function zoneFault(value: string): string | undefined {
  const unknown = fault("not an IANA time zone", `write ${timezoneWhat}`);
  if (!/^[A-Za-z]/.test(value)) return unknown;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions();
    const otherCase = timeZone !== value && timeZone.toLowerCase() === value.toLowerCase();
    return otherCase ? fault("an IANA time zone in the wrong case", `write ${timeZone}`) : undefined;
  } catch {
    return unknown;
  }
}

export const site = section("the site: domain, title, first administrator", {
  domain,
  title: text("the title on the portal")
    .min(1, { error: fault("empty", "write a title") })
    .default("KiteStacks"),
  timezone: text(timezoneWhat)
    .superRefine((value, context) => complain(context, zoneFault(value)))
    .default("UTC")
    .describe(
      "IANA time zone of Kavita's nightly tasks and of Uptime Kuma (maintenance windows, notifications)",
    ),
  adminEmail: formed(
    "the e-mail address of the first administrator of every service",
    /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
    "not an e-mail address",
  ),
  www: choice("what www answers: portal (the site itself) or redirect (to the domain)", [
    "portal",
    "redirect",
  ]).default("portal"),
  weatherPlace: text("the place whose weather the portal shows, e.g. Berlin")
    .min(1, { error: fault("empty", "write a place or remove the key") })
    .optional()
    .describe("Place whose weather the portal shows; left out: by the address of the host that asks"),
  activityHost: text("the name of the host whose Forgejo feeds the portal's list of commits")
    .optional()
    .describe("Host whose Forgejo feeds the portal's list of commits; left out: the hub"),
});
