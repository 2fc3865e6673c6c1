import type { Service } from "./service.ts";

/** Headless browser of Karakeep, for screenshots and pages that need JavaScript. */
export const chrome: Service = {
  name: "chrome",
  // Upstream's versioned tags end in a revision we cannot know in advance; the lock command adds the digest.
  image: { reference: "ghcr.io/karakeep-app/karakeep-chrome:release" },
  runsOn: "every host",
  mayBeLeftOut: true,
  port: 9222,
  sso: { kind: "none", why: "Karakeep alone uses it" },
  health: { none: "the image has no program that asks HTTP; when the browser ends, so does the container" },
  memory: { limit: 384, typical: 150 },
  data: { placement: "none", writable: false, what: "nothing" },
  init: true,
  command: () => [
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--disable-blink-features=AutomationControlled",
    "--window-size=1440,900",
  ],
};
