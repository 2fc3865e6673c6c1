import type { ApplicationFacts } from "./fact.ts";

export const chrome: ApplicationFacts = {
  service: "chrome",
  sources: [
    {
      repository: "karakeep-app/karakeep",
      at: "v0.33.2 (98c0c78)",
      files: ["docker/docker-compose.yml", ".github/workflows/chrome.yml"],
    },
  ],
  facts: [
    {
      question: "admin path",
      door: "open",
      answer:
        "The debugging port steers the browser and asks for nothing: every container on this host's bridge may. That is why it has no data, no published port and no other network.",
      request: { method: "GET", path: "/json/version" },
      expected: { status: [200], holds: "webSocketDebuggerUrl" },
    },
  ],
  nothing: {
    registration: "has no accounts",
    "first visitor": "has no accounts",
    "default account": "has no accounts",
    "anonymous API": "its only interface is the debugging port",
    "metrics path": "has none",
  },
};
