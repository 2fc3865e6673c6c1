import { describe, expect, test } from "vitest";
import { type PortalInput, type PortalService, portalFiles } from "./portal-files.ts";

const HTML = "/usr/share/nginx/html";
const CONF = "/etc/nginx/kitestacks/host.conf";

const git: PortalService = {
  name: "forgejo",
  title: "Forgejo",
  purpose: "Git repositories",
  url: "https://git.example.com/",
  healthUrl: "http://forgejo:3000/api/healthz",
};
const input: PortalInput = {
  site: { name: "Kite", domain: "example.com" },
  hostNames: ["cloud", "home"],
  hostName: "cloud",
  gateway: "172.30.0.1",
  subnet: "172.30.0.0/24",
  services: [git, { ...git, name: "status", title: "Status", healthUrl: "http://uptime-kuma:3001/" }],
};
const file = (path: string, changed: Partial<PortalInput> = {}) =>
  portalFiles({ ...input, ...changed })[path] ?? "";
const withService = (changed: Partial<PortalService>) => ({ services: [{ ...git, ...changed }] });

describe("the nginx part", () => {
  test("has the host's addresses and one probe per service", () => {
    expect(file(CONF)).toBe(`# Written by the deployment for the host cloud.
map "" $portal_host { default "cloud"; }
set_real_ip_from 172.30.0.0/24;
upstream metrics_api {
  server 172.30.0.1:8000 max_fails=0;
  keepalive 4;
}
map $uri $probe_url {
  default "";
  /up/forgejo "http://forgejo:3000/api/healthz";
  /up/status "http://uptime-kuma:3001/";
}
`);
  });

  test.each<[what: string, changed: Partial<PortalInput>, message: RegExp]>([
    [
      "a name with a blank",
      withService({ name: "my git" }),
      /service name "my git" cannot stand in an nginx/,
    ],
    ["a name that leaves the path", withService({ name: "../x" }), /service name "..\/x" cannot stand/],
    [
      "a quote in an address",
      withService({ healthUrl: 'http://a/";' }),
      /health address of forgejo .*; use a value/,
    ],
    ["a variable in an address", withService({ healthUrl: "http://a/$host" }), /health address of forgejo/],
    ["another protocol", withService({ healthUrl: "file:///etc/passwd" }), /health address of forgejo/],
    ["an address without a path", withService({ healthUrl: "http://a:1" }), /health address of forgejo/],
    ["a host name with a newline", { hostName: "cloud\n}" }, /host name "cloud\\n}" cannot stand/],
    ["a gateway that is a name", { gateway: "gateway" }, /the gateway "gateway" cannot stand/],
    ["a subnet without a length", { subnet: "172.30.0.0" }, /the subnet "172.30.0.0" cannot stand/],
  ])("refuses %s and names it", (_, changed, message) => {
    expect(() => portalFiles({ ...input, ...changed })).toThrow(message);
  });
});

describe("the page's parts", () => {
  test("a service's card is a link that needs no script", () => {
    const cards = file(`${HTML}/parts/services.html`);
    expect(cards).toContain('<li class="card" data-service="forgejo">');
    expect(cards).toContain('<h3><a href="https://git.example.com/">Forgejo</a></h3>');
    expect(cards).toContain('<p class="purpose">Git repositories</p>');
    expect(cards.indexOf("Forgejo")).toBeLessThan(cards.indexOf("Status"));
  });

  test("text stays text: in HTML, in attributes, and as an include of the server", () => {
    const title = `<img src=x onerror="a('b')">&<!--# include virtual="/api/" -->`;
    const cards = file(
      `${HTML}/parts/services.html`,
      withService({ title, purpose: title, url: `https://x/"><b>` }),
    );
    expect(cards).not.toContain("<img");
    expect(cards).not.toContain("<!--#");
    expect(cards).not.toContain('"><b>');
    expect(cards).toContain("&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;");
    const site = { name: "<!--# echo -->", domain: "example.com" };
    expect(file(`${HTML}/parts/name.html`, { site })).toBe("&lt;!--# echo --&gt;");
    expect(file(`${HTML}/parts/heading.html`, { site })).toBe("<h1>&lt;!--# echo --&gt;</h1>\n");
  });

  test("an address that is no web address is refused", () => {
    const changed = { ...input, ...withService({ url: "javascript:alert(1)" }) };
    expect(() => portalFiles(changed)).toThrow(
      'the address "javascript:alert(1)" of forgejo is no link; it must start',
    );
  });

  test("the hosts' names are there for their panels", () => {
    expect(file(`${HTML}/parts/hosts.html`)).toContain('data-names="cloud home"');
  });
});

describe("the JSON parts", () => {
  test("the script gets what the cards show, and nothing of the inside", () => {
    const { services } = JSON.parse(file(`${HTML}/services.json`)) as { services: object[] };
    const { healthUrl: _, ...shown } = git;
    expect(services[0]).toEqual(shown);
    expect(file(`${HTML}/services.json`)).not.toContain(":3000");
  });

  test("all lights come as one object of includes", () => {
    expect(file(`${HTML}/parts/lights.json`)).toBe(
      '{"lights":{"forgejo":<!--# include virtual="/up/forgejo" -->,"status":<!--# include virtual="/up/status" -->}}\n',
    );
    expect(JSON.parse(file(`${HTML}/parts/lights.json`, { services: [] }))).toEqual({ lights: {} });
  });

  test("the manifest carries the site's name", () => {
    expect(JSON.parse(file(`${HTML}/manifest.webmanifest`))).toMatchObject({
      name: "Kite",
      description: "The start page of example.com",
      start_url: "/",
    });
  });
});

test("the same input gives the same files: a second deployment changes nothing", () => {
  expect(portalFiles(input)).toEqual(portalFiles(structuredClone(input)));
});
