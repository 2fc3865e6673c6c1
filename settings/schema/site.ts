import { domainToASCII } from "node:url";
import { isPlace, placeExample } from "../../metrics-api/src/configuration/rules/place.ts";
import { emailAddress } from "./email.ts";
import { fault } from "./fault.ts";
import { choice, complain, formed, section, text } from "./forms.ts";
import { timeZones } from "./time-zones.ts";

const domainForm = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The likely slips, each with the name that was meant. */
function explainDomain(value: string): string | undefined {
  const name = value
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "")
    .replace(/[/?#].*$/, "")
    .replace(/\.$/, "");
  if (name.split(".").some((label) => label.length > 63))
    return fault("a domain with more than 63 characters between two dots", "write a shorter one");
  const ascii = domainToASCII(name);
  if (!domainForm.test(ascii)) return undefined;
  const slip = [
    { found: /[^\0-\x7f]/, wrong: "a domain with letters that DNS does not have" },
    { found: /^[a-z]+:\/\//i, wrong: "a URL, not a domain" },
    { found: /[/?#]/, wrong: "a domain with a path" },
    { found: /\.$/, wrong: "a domain with a dot at the end" },
    { found: /[A-Z]/, wrong: "a domain in upper case" },
  ].find(({ found }) => found.test(value));
  return slip && fault(slip.wrong, `write ${ascii}`);
}

const domain = formed(
  "the domain of the zone at Cloudflare, lower case, without scheme, path or dot at the end, e.g. example.com",
  domainForm,
  "not a domain",
  explainDomain,
).superRefine((value, context) => complain(context, lengthFault(value)));

/** RFC 1035: 255 octets, which is 253 characters as they are written. The hosts' names under it have a rule of their own. */
const lengthFault = (value: string): string | undefined =>
  value.length > 253
    ? fault(`${value.length} characters long, and DNS ends at 253`, "write a shorter one")
    : undefined;

const timezoneWhat = "an IANA time zone, e.g. Europe/Berlin";

/** A name that the images' tzdata lacks is as good as none: the container would silently run on UTC. */
function zoneFault(value: string): string | undefined {
  if (timeZones.has(value)) return undefined;
  const otherCase = [...timeZones].find((zone) => zone.toLowerCase() === value.toLowerCase());
  if (otherCase !== undefined) return fault("an IANA time zone in the wrong case", `write ${otherCase}`);
  const today = nameToday(value);
  if (today === undefined) return fault("not an IANA time zone", `write ${timezoneWhat}`);
  // IST is India, Israel or Ireland.
  if (/^[A-Z]{3}$/.test(value))
    return fault("an abbreviation, which the hosts' images do not know", `write ${timezoneWhat}`);
  return fault("an old name, which the hosts' images do not know", `write ${today}`);
}

/** Node keeps the old names, and tells which of them mean the same. */
function nameToday(value: string): string | undefined {
  const meaning = zoneOfNode(value);
  if (meaning === undefined || timeZones.has(meaning)) return meaning;
  return [...timeZones].find((zone) => zoneOfNode(zone) === meaning);
}

function zoneOfNode(value: string): string | undefined {
  if (!/^[A-Za-z]/.test(value)) return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** By the metrics API's own rule: it once refused, on every host, what had passed here. */
const placeFault = (value: string): string | undefined =>
  isPlace(value) ? undefined : fault("not a place that the metrics API takes", `write ${placeExample}`);

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
  adminEmail: emailAddress("the e-mail address of the first administrator of every service"),
  www: choice("what www answers: portal (the site itself) or redirect (to the domain)", [
    "portal",
    "redirect",
  ]).default("portal"),
  weatherPlace: text("the place whose weather the portal shows, e.g. Berlin")
    .min(1, { error: fault("empty", "write a place or remove the key") })
    .superRefine((value, context) => complain(context, placeFault(value)))
    .optional()
    .describe("Place whose weather the portal shows; left out: by the address of the host that asks"),
  activityHost: text("the name of the host whose Forgejo feeds the portal's list of commits")
    .optional()
    .describe("Host whose Forgejo feeds the portal's list of commits; left out: the hub"),
});
