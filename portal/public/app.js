// The page's beginning: connects the addresses that are asked with the parts that show them.

import { age, byId, say, tail } from "./dom.js";
import { COMMITS, showActivity, showWeather } from "./feed.js";
import { hostsView } from "./hosts.js";
import { setUpLaunch, showLights } from "./launch.js";
import { live } from "./live.js";

/** @typedef {import("./live.js").Live<import("../../metrics-api/src/types.ts").Hosts>} HostsState */

setUpLaunch();
setUpKeys();

const showHosts = hostsView(byId("hosts"));
const topics = [
  topic("/api/hosts", 5000, 4000, (/** @type {HostsState} */ state) => {
    showHosts(state);
    showState(state);
  }),
  topic("/up/", 5000, 4000, showLights),
  topic(`/api/activity?limit=${COMMITS}`, 60_000, 12_000, showActivity),
  topic("/api/weather", 600_000, 12_000, showWeather),
];

/**
 * @template T
 * @param {string} url @param {number} every @param {number} limit @param {(state: import("./live.js").Live<T>) => void} show
 * @returns {() => void} shows again what is known, for its growing age
 */
function topic(url, every, limit, show) {
  const { state } = live({ url, every, limit, show });
  return () => show(state);
}

// Ages grow between answers too. The tick does nothing while nobody looks.
setInterval(() => {
  if (document.hidden) return;
  showClock();
  for (const showAgain of topics) showAgain();
}, 1000);
showClock();

function showClock() {
  const now = new Date();
  say(byId("clock-time"), now.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" }));
  say(
    byId("clock-date"),
    now.toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long" }),
  );
}

/** The line below the name: who served this, how old the numbers are, and whether they still come. @param {HostsState} state */
function showState({ data, at, failures, trouble }) {
  const self = data?.hosts.find((host) => host.self);
  const line = byId("state");
  const before = line.dataset["state"];
  line.dataset["state"] = failures > 0 ? "silent" : data === null ? "waiting" : "fresh";
  if (before === "fresh" && failures > 0)
    say(byId("announce"), `The live numbers stopped: ${tail(trouble)}.`);
  if (before === "silent" && failures === 0) say(byId("announce"), "The live numbers are back.");
  if (data === null) {
    if (failures > 0) say(byId("state-text"), `No numbers yet, ${tail(trouble)}`);
    return;
  }
  const old = `${age((self?.ageSeconds ?? 0) * 1000 + Date.now() - at)} old`;
  const news = failures > 0 ? `${old}, ${tail(trouble)}` : `numbers ${old}`;
  say(byId("state-text"), `Served by ${self?.host ?? "an unnamed host"} · ${news}`);
}

function setUpKeys() {
  const dialog = /** @type {HTMLDialogElement} */ (byId("keys"));
  byId("keys-button").addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    const writing = event.target instanceof HTMLInputElement;
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open || writing) return;
    if (event.key === "/") {
      event.preventDefault();
      byId("launch").focus();
    }
    if (event.key === "?") dialog.showModal();
  });
}

// The shell works offline after the first visit. Registered when the page is done, so that it delays nothing.
if ("serviceWorker" in navigator) {
  addEventListener("load", () => navigator.serviceWorker.register(workerAddress()).catch(() => {}));
}

/**
 * The language's types do not know trusted types yet; a trusted address is used where a text is.
 * @typedef {{ createPolicy(name: string, rules: { createScriptURL(): string }): { createScriptURL(address: string): string } }} TrustedTypes
 */

/** The content policy takes a worker's address only from this one policy, which knows only this one address. */
function workerAddress() {
  const address = "/sw.js";
  const { trustedTypes } = /** @type {{ trustedTypes?: TrustedTypes }} */ (/** @type {unknown} */ (window));
  return (
    trustedTypes?.createPolicy("shell", { createScriptURL: () => address }).createScriptURL("") ?? address
  );
}
