import { describe, expect, it } from "vitest";
import {
  type Change,
  changed,
  containerIn,
  expectBroken,
  expectNotChecked,
  hostIn,
  verdictOf,
} from "./testing-changes.ts";
import { secrets } from "./testing-hosts.ts";

const password = secrets["postgres.password"];
const token = secrets["edge.tunnelToken"];
const awkward = 'a"b\\c&d<e>f/g?h i\n0123';

const inCommand = (text: string): Change => {
  return (observed) => {
    containerIn(observed, "vps", "redis").command = ["redis-server", text];
  };
};
const inHealthCheck = (text: string): Change => {
  return (observed) => {
    containerIn(observed, "vps", "redis").healthCheck = ["CMD", "redis-cli", "-a", text, "ping"];
  };
};
const inEntrypoint = (text: string): Change => {
  return (observed) => {
    containerIn(observed, "vps", "redis").entrypoint = ["redis-server", "--requirepass", text];
  };
};
const inState = (text: string): Change => {
  return ({ states }) => states.push({ stack: "attic", text });
};
const page = "/usr/share/nginx/html/cards.html";
const inFile = (content: string): Change => {
  return (observed) => {
    containerIn(observed, "home", "homepage").files.push({ path: page, content });
  };
};
const inVariable = (value: string): Change => {
  return (observed) => {
    containerIn(observed, "home", "grafana").environment["GF_DATABASE_URL"] = value;
  };
};

describe("P5 is broken by", () => {
  it.each<[string, Change, string]>([
    [
      "a connector with another token",
      (observed) => {
        containerIn(observed, "home", "cloudflared").environment["TUNNEL_TOKEN"] = "another-tunnel-token";
      },
      "cloudflared on home: TUNNEL_TOKEN differs from the one of cloudflared on vps",
    ],
    [
      "a connector without token",
      (observed) => {
        containerIn(observed, "home", "cloudflared").environment = {};
      },
      "cloudflared on home has no TUNNEL_TOKEN, expected it as a secret variable",
    ],
    [
      "a token that is not marked as secret",
      (observed) => {
        containerIn(observed, "home", "cloudflared").secretVariables = [];
      },
      "cloudflared on home: TUNNEL_TOKEN is not marked as secret",
    ],
    [
      "a token on the command line, whatever its value",
      (observed) => {
        containerIn(observed, "home", "cloudflared").command = ["tunnel", "run", "--token=$TOKEN"];
      },
      "cloudflared on home takes its token from the command line, expected the variable TUNNEL_TOKEN",
    ],
    [
      "a token in the entrypoint, whatever its value",
      (observed) => {
        containerIn(observed, "home", "cloudflared").entrypoint = ["cloudflared", "--token", "$TOKEN"];
      },
      "cloudflared on home takes its token from the command line, expected the variable TUNNEL_TOKEN",
    ],
    [
      "a secret in a command",
      inCommand(`--requirepass=${password}`),
      "the command of redis on vps holds the secret postgres.password",
    ],
    [
      "a secret in a command, in base64",
      inCommand(Buffer.from(`admin:${password}`).toString("base64")),
      "the command of redis on vps holds the secret postgres.password",
    ],
    [
      "a secret in an entrypoint",
      inEntrypoint(password),
      "the entrypoint of redis on vps holds the secret postgres.password",
    ],
    [
      "a secret in a health check, which Docker runs again and again",
      inHealthCheck(password),
      "the health check of redis on vps holds the secret postgres.password",
    ],
    [
      "the tunnel token in a label",
      (observed) => {
        containerIn(observed, "vps", "homepage").labels["note"] = token;
      },
      "a label of homepage on vps holds the secret edge.tunnelToken",
    ],
    [
      "a tunnel token in a label, though nobody listed it",
      (observed) => {
        delete observed.secrets["edge.tunnelToken"];
        containerIn(observed, "vps", "homepage").labels["note"] = token;
      },
      "a label of homepage on vps holds the secret TUNNEL_TOKEN of cloudflared on home",
    ],
    [
      "a secret in a plain variable",
      inVariable(`postgres://u:${password}@h/db`),
      "the variable GF_DATABASE_URL of grafana on home holds the secret postgres.password and is not marked as secret",
    ],
    [
      "a secret in a plain file",
      inFile(`<p>${password}</p>`),
      `the file ${page} of homepage on home holds the secret postgres.password and is not declared to carry one`,
    ],
    [
      "a secret in a plain file of JSON, in a URL",
      (observed) => {
        observed.secrets["awkward"] = awkward;
        inFile(JSON.stringify({ url: `https://u:${encodeURIComponent(awkward)}@h` }))(observed);
      },
      `the file ${page} of homepage on home holds the secret awkward and is not declared to carry one`,
    ],
    [
      "a secret in a plain file beside one that carries it",
      (observed) => {
        const homepage = containerIn(observed, "home", "homepage");
        homepage.files.push({ path: "/run/password", content: password });
        homepage.secretFiles.push("/run/password");
        inFile(password)(observed);
      },
      `the file ${page} of homepage on home holds the secret postgres.password and is not declared to carry one`,
    ],
    [
      "a secret in plain state",
      inState(`{"password":"${password}"}`),
      "the state of stack attic holds the secret postgres.password in plain text",
    ],
    [
      "a secret in plain state, in base64",
      inState(`{"auth":"${Buffer.from(password).toString("base64")}"}`),
      "the state of stack attic holds the secret postgres.password in plain text",
    ],
    [
      "a secret whose bytes are the id of a resource, in base64",
      (observed) => {
        observed.secrets["forgejo.secretKey"] = "e1f0".repeat(16);
        const id = Buffer.from("e1f0".repeat(16), "hex").toString("base64");
        inState(`{"type":"random:index/randomBytes:RandomBytes","id":"${id}"}`)(observed);
      },
      "the state of stack attic holds the secret forgejo.secretKey in plain text",
    ],
    [
      "a secret in a URN",
      inState(`{"urn":"urn:pulumi:attic::kitestacks::random:index/randomUuid:RandomUuid::${password}"}`),
      "the state of stack attic holds the secret postgres.password in plain text",
    ],
    [
      "a secret in what a run printed",
      ({ history }) => {
        const [first] = history;
        if (first !== undefined) first.printed = `[id=${Buffer.from(password).toString("base64")}]`;
      },
      "what the up of stack vps printed holds the secret postgres.password",
    ],
    [
      "a secret in the name of a volume",
      (observed) => hostIn(observed, "home").volumes.push({ name: `data-${password}`, protected: false }),
      "the names of containers, images, networks and volumes on home hold the secret postgres.password",
    ],
    [
      "a secret in a DNS record",
      ({ edge }) => edge.records.push({ name: "x", type: "TXT", content: password, proxied: false }),
      "the DNS records of example.com hold the secret postgres.password",
    ],
    [
      "a secret in the name of a device",
      ({ tailnet }) =>
        tailnet.devices.push({ name: password, address: "100.64.0.9", tags: [], isHost: false }),
      "the policy of the tailnet and the names of its devices hold the secret postgres.password",
    ],
    [
      "a secret in the name of a tunnel",
      ({ edge }) => {
        const [tunnel] = edge.tunnels;
        if (tunnel !== undefined) tunnel.name = `tunnel-${password}`;
      },
      "the ids, names and rules of the tunnels hold the secret postgres.password",
    ],
    [
      "a secret with signs that JSON escapes",
      (observed) => {
        observed.secrets["awkward"] = awkward;
        inState(JSON.stringify({ inner: JSON.stringify({ awkward }) }))(observed);
      },
      "the state of stack attic holds the secret awkward in plain text",
    ],
  ])("%s", (_, change, evidence) => {
    expectBroken(change, "P5", evidence);
  });

  it("a secret, without ever showing it", () => {
    for (const place of [inCommand, inEntrypoint, inHealthCheck, inState, inVariable, inFile])
      expect(JSON.stringify(verdictOf("P5", changed(place(password))))).not.toContain(password);
  });
});

describe("P5", () => {
  it("allows a secret in a variable that is marked as secret", () => {
    const observed = changed((draft) => {
      inVariable(password)(draft);
      containerIn(draft, "home", "grafana").secretVariables.push("GF_DATABASE_URL");
    });
    expect(verdictOf("P5", observed).verdict).toBe("proved");
  });

  it("allows a secret in a file that is declared to carry one", () => {
    const observed = changed((draft) => {
      inFile(password)(draft);
      containerIn(draft, "home", "homepage").secretFiles.push(page);
    });
    expect(verdictOf("P5", observed).verdict).toBe("proved");
  });

  it.each<[string, Change, string]>([
    [
      "no secret is known",
      (observed) => {
        observed.secrets = {};
      },
      "no secret is known to look for",
    ],
    [
      "a secret is too short to be looked for",
      ({ secrets: known }) => {
        known["pin"] = "1234";
      },
      "the secret pin has 4 characters: too few to look for, expected 8 or more",
    ],
    [
      "no state was read",
      (observed) => {
        observed.states = [];
      },
      "no state could be read to look for secrets in",
    ],
    [
      "no connector was found",
      (observed) => {
        for (const name of ["vps", "home"]) containerIn(observed, name, "cloudflared").image = "nginx:1";
      },
      "no connector (cloudflared) was found on any host",
    ],
    [
      "a host does not answer",
      (observed) => {
        Object.assign(hostIn(observed, "home"), { reachable: false, containers: [] });
      },
      "home: its Docker does not answer, so its containers are unknown",
    ],
  ])("is not checked when %s", (_, change, reason) => {
    expectNotChecked(change, "P5", reason);
  });
});
