import { describe, expect, it } from "vitest";
import {
  add,
  type Change,
  changed,
  containerIn,
  expectBroken,
  expectNotChecked,
  hostIn,
  type MutableObserved,
  verdictOf,
} from "./testing-changes.ts";

const tunnel = ({ edge }: MutableObserved) => {
  const [first] = edge.tunnels;
  if (first === undefined) throw new Error("the good example has no tunnel");
  return first;
};
const record = (observed: MutableObserved, name: string) => {
  const found = observed.edge.records.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`the good example has no record ${name}`);
  return found;
};
const grafana = "grafana.example.com";

describe("P1 is broken by", () => {
  it.each<[string, Change, string]>([
    [
      "a missing DNS record",
      ({ edge }) => {
        edge.records = edge.records.filter(({ name }) => name !== grafana);
      },
      "grafana.example.com: its address records are none, expected exactly one proxied CNAME to the tunnel",
    ],
    [
      "a second record that names the machine",
      ({ edge }) => edge.records.push({ name: grafana, type: "A", content: "203.0.113.7", proxied: false }),
      "grafana.example.com: its address records are CNAME 6ff42ae2.cfargotunnel.com, A 203.0.113.7, expected exactly one proxied CNAME to the tunnel",
    ],
    [
      "a record of another type",
      (observed) => {
        Object.assign(record(observed, grafana), { type: "A", content: "203.0.113.7" });
      },
      "grafana.example.com: its DNS record is A 203.0.113.7, expected a CNAME to <tunnel id>.cfargotunnel.com of a tunnel that exists",
    ],
    [
      "a record to an unknown tunnel",
      (observed) => {
        record(observed, grafana).content = "other.cfargotunnel.com";
      },
      "grafana.example.com: its DNS record is CNAME other.cfargotunnel.com, expected a CNAME to <tunnel id>.cfargotunnel.com of a tunnel that exists",
    ],
    [
      "a record without proxy",
      (observed) => {
        record(observed, grafana).proxied = false;
      },
      "grafana.example.com: its DNS record is CNAME 6ff42ae2.cfargotunnel.com without proxy, expected a proxied one",
    ],
    [
      "a deleted tunnel",
      (observed) => {
        tunnel(observed).deleted = true;
      },
      "tunnel kitestacks is deleted at Cloudflare, expected one that exists",
    ],
    [
      "a missing ingress rule",
      (observed) => {
        const { ingress } = tunnel(observed);
        tunnel(observed).ingress = ingress.filter(({ hostname }) => hostname !== grafana);
      },
      "grafana.example.com: the first matching ingress rule of tunnel kitestacks is the catch-all, expected a rule to grafana",
    ],
    [
      "a rule to a port nobody listens on",
      (observed) => {
        tunnel(observed).ingress.unshift({ hostname: grafana, service: "http://grafana:3001" });
      },
      "grafana.example.com: grafana on vps listens on 0.0.0.0:3000, expected port 3001 on every address",
    ],
    [
      "a missing catch-all",
      (observed) => {
        tunnel(observed).ingress.pop();
      },
      "tunnel kitestacks: its last ingress rule is grafana.example.com → http://grafana:3000, expected the catch-all http_status:404 without hostname",
    ],
    [
      "a last rule that refuses one hostname only",
      (observed) => {
        tunnel(observed).ingress.push({ hostname: "old.example.com", service: "http_status:404" });
      },
      "tunnel kitestacks: its last ingress rule is old.example.com → http_status:404, expected the catch-all http_status:404 without hostname",
    ],
    [
      "a catch-all that answers with a service",
      (observed) => {
        tunnel(observed).ingress.splice(-1, 1, { hostname: undefined, service: "http://homepage:80" });
      },
      "tunnel kitestacks: its last ingress rule is every hostname → http://homepage:80, expected the catch-all http_status:404 without hostname",
    ],
    [
      "a host without connector of this tunnel",
      (observed) => {
        tunnel(observed).connectors = ["vps"];
      },
      "tunnel kitestacks has no connector on home, expected one on every host",
    ],
    [
      "a connector on a machine that is no host any more",
      (observed) => {
        tunnel(observed).connectors.push("attic");
      },
      "tunnel kitestacks has a connector on attic, expected connectors on the hosts of the settings only: any request may be sent there",
    ],
    [
      "a container missing on one host",
      (observed) => {
        const home = hostIn(observed, "home");
        home.containers = home.containers.filter(({ name }) => name !== "grafana");
      },
      "grafana.example.com: home has no container grafana",
    ],
    [
      "a stopped container",
      (observed) => {
        containerIn(observed, "home", "grafana").running = false;
      },
      "grafana.example.com: grafana on home is not running",
    ],
    [
      "an unhealthy container",
      (observed) => {
        containerIn(observed, "home", "grafana").healthy = false;
      },
      "grafana.example.com: grafana on home is not healthy",
    ],
    [
      "a process that listens on loopback only",
      (observed) => {
        containerIn(observed, "home", "grafana").listens = [{ address: "127.0.0.1", port: 3000 }];
      },
      "grafana.example.com: grafana on home listens on 127.0.0.1:3000, expected port 3000 on every address",
    ],
    [
      "a container on another network than the connector",
      (observed) => {
        containerIn(observed, "home", "grafana").networks = ["monitoring"];
      },
      "grafana.example.com: grafana on home is on monitoring, expected a Docker network it shares with cloudflared",
    ],
    [
      "the default bridge, which resolves no names",
      (observed) => {
        containerIn(observed, "home", "cloudflared").networks.push("bridge");
        containerIn(observed, "home", "grafana").networks = ["bridge"];
      },
      "grafana.example.com: grafana on home is on bridge, expected a Docker network it shares with cloudflared",
    ],
    [
      "a stopped connector",
      (observed) => {
        containerIn(observed, "home", "cloudflared").running = false;
      },
      "home runs no cloudflared container, so no request gets in there",
    ],
  ])("%s", (_, change, evidence) => {
    expectBroken(change, "P1", evidence);
  });
});

describe("P1", () => {
  it("leaves other kinds of records at a hostname alone", () => {
    const observed = changed(({ edge }) => {
      edge.records.push({ name: "example.com", type: "TXT", content: "v=spf1 -all", proxied: false });
    });
    expect(verdictOf("P1", observed).verdict).toBe("proved");
  });

  it("recognises a connector by its image, whatever its name, registry and digest", () => {
    const observed = changed((draft) => {
      hostIn(draft, "home").containers.shift();
      add(draft, "home", "connector", { image: "mirror.example:5000/cloudflare/cloudflared:1@sha256:00ff" });
    });
    expect(verdictOf("P1", observed).verdict).toBe("proved");
  });

  it("leaves the connector of a host alone that the settings name and nobody looked at", () => {
    const unseen: Change = (observed) => {
      observed.settings.hosts.push({ name: "attic", ramMiB: 4000, swapMiB: 0 });
      tunnel(observed).connectors.push("attic");
    };
    expectNotChecked(unseen, "P1", "attic stands in the settings but was not looked at");
  });

  it("leaves the connector of a host alone that was looked at and does not answer", () => {
    const silent: Change = (observed) => {
      Object.assign(hostIn(observed, "home"), { reachable: false, containers: [] });
    };
    expectNotChecked(silent, "P1", "home: its Docker does not answer, so its containers are unknown");
  });

  it("is not proved by settings without hostnames", () => {
    expectNotChecked(
      ({ settings }) => {
        settings.publicHostnames = [];
      },
      "P1",
      "the settings name no public hostname",
    );
  });
});
