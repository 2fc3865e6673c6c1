// The service cards: which of them match what is typed, which one Enter opens, and their lights.

import { age, byId, say } from "./dom.js";

/**
 * @typedef {{ up: boolean, status: number | null, seconds: number | null, at: number, simulated?: boolean }} Light
 *   what the serving host saw: `at` in seconds since 1970, on the host's clock
 * @typedef {{ lights: Record<string, Light> }} Lights the answer of /up/
 * @typedef {{ name: string, title: string, purpose: string, url: string }} Service
 */

/** @returns {HTMLElement[]} */
function cards() {
  return [...byId("cards").querySelectorAll("li")];
}

/** @param {HTMLElement} card */
function linkOf(card) {
  return /** @type {HTMLAnchorElement} */ (card.querySelector("a"));
}

/** Typing filters, the arrows choose, Enter opens. The focus never leaves the field while choosing. */
export function setUpLaunch() {
  const field = /** @type {HTMLInputElement} */ (byId("launch"));
  const words = new Map(cards().map((card) => [card.dataset["service"], card.textContent.toLowerCase()]));
  let chosen = -1;

  /** Best match first: the start of the title, then of a word, then anywhere. */
  function matches() {
    const asked = field.value.trim().toLowerCase();
    return cards()
      .map((card) => ({ card, rank: rank(card, asked) }))
      .filter(({ rank }) => rank < 9)
      .sort((a, b) => a.rank - b.rank)
      .map(({ card }) => card);
  }

  /** @param {HTMLElement} card @param {string} asked */
  function rank(card, asked) {
    if (asked === "") return 0;
    const title = linkOf(card).textContent.toLowerCase();
    if (title.startsWith(asked)) return 0;
    const text = `${title} ${words.get(card.dataset["service"]) ?? ""}`;
    if (text.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(asked))) return 1;
    return text.includes(asked) ? 2 : 9;
  }

  /** @param {number} index */
  function choose(index) {
    const found = matches();
    chosen = found.length === 0 ? -1 : (index + found.length) % found.length;
    for (const card of cards()) {
      card.hidden = !found.includes(card);
      card.toggleAttribute("data-chosen", card === found[chosen]);
    }
    byId("nothing").hidden = found.length > 0;
    const target = found[chosen];
    say(
      byId("launch-says"),
      target ? `${linkOf(target).textContent}, ${chosen + 1} of ${found.length}` : "No service matches",
    );
    target?.scrollIntoView({ block: "nearest" });
  }

  function leave() {
    chosen = -1;
    for (const card of cards()) {
      card.hidden = false;
      card.removeAttribute("data-chosen");
    }
    byId("nothing").hidden = true;
    say(byId("launch-says"), "");
  }

  field.addEventListener("input", () => (field.value === "" ? leave() : choose(0)));
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
    else if (event.key === "Enter") open(matches()[Math.max(0, chosen)], event.ctrlKey || event.metaKey);
    else if (event.key === "Escape") clear();
    else return;
    event.preventDefault();
  });

  /** @param {HTMLElement | undefined} card @param {boolean} inNewTab */
  function open(card, inNewTab) {
    if (!card || (field.value.trim() === "" && chosen < 0)) return;
    if (inNewTab) window.open(linkOf(card).href, "_blank", "noopener");
    else linkOf(card).click();
  }

  function clear() {
    if (field.value === "" && chosen < 0) field.blur();
    field.value = "";
    leave();
  }

  field.addEventListener("focus", () => learnWords(words), { once: true });
}

/** More to search by than the cards show: names and addresses. Without them the cards' own text serves. @param {Map<string | undefined, string>} words */
async function learnWords(words) {
  const response = await fetch("/services.json").catch(() => null);
  if (!response?.ok) return;
  const { services } = /** @type {{ services: Service[] }} */ (await response.json());
  for (const { name, title, purpose, url } of services) {
    words.set(name, `${title} ${name} ${purpose} ${new URL(url).hostname}`.toLowerCase());
  }
}

/** @param {import("./live.js").Live<Lights>} state */
export function showLights({ data, at, failures }) {
  if (data === null) return;
  const since = failures > 0 ? age(Date.now() - at) : null;
  let up = 0;
  for (const card of cards()) {
    const light = data.lights[card.dataset["service"] ?? ""];
    if (light?.up) up += 1;
    showLight(card, light, since);
  }
  const count = cards().length;
  const answer = up === count ? `all ${count} answer` : `${up} of ${count} answer`;
  say(byId("lights-say"), since === null ? answer : `${answer} ${since} ago`);
}

/** @param {HTMLElement} card @param {Light | undefined} light @param {string | null} since */
function showLight(card, light, since) {
  const lamp = /** @type {HTMLElement} */ (card.querySelector(".light"));
  lamp.dataset["up"] = !light || since !== null ? "unknown" : String(light.up);
  // One text: a word and a time of their own would push each other about.
  const word = /** @type {HTMLElement} */ (lamp.querySelector(".word"));
  say(word, light ? `${light.up ? "up" : "down"}${detail(light, since)}` : "not known");
}

/** @param {Light} light @param {string | null} since */
function detail({ up, status, seconds, simulated }, since) {
  if (since !== null) return ` ${since} ago`;
  if (simulated) return " · simulated";
  if (up && seconds !== null) return ` · ${Math.max(1, Math.round(seconds * 1000))} ms`;
  return status === null || status === 502 || status === 504 ? " · no answer" : ` · status ${status}`;
}
