// Weather and recent commits: two topics that come from elsewhere and may be old; both say so.

import { age, byId, fromTemplate, say, tail } from "./dom.js";

/** @typedef {import("../../metrics-api/src/types.ts").Weather} Weather */
/** @typedef {import("../../metrics-api/src/types.ts").Activity} Activity */
/** @typedef {import("../../metrics-api/src/types.ts").Commit} Commit */

/** How many commits fit the panel without moving what is below it. */
export const COMMITS = 6;

/** @param {import("./live.js").Live<Weather>} state */
export function showWeather({ data, at, failures, trouble }) {
  const note = byId("weather-age");
  if (data === null) {
    if (failures > 0) say(note, trouble ?? "");
    say(byId("weather-condition"), failures > 0 ? "not known" : "waiting");
    return;
  }
  panelOf(note).dataset["state"] = failures > 0 || data.stale ? "stale" : "fresh";
  byId("sky").setAttribute("href", `#sky-${sky(data.conditionCode)}`);
  say(byId("weather-degrees"), `${Math.round(data.temperatureCelsius)} °C`);
  say(byId("weather-condition"), data.condition);
  const felt = `feels like ${Math.round(data.feelsLikeCelsius)} °C`;
  const wind = `wind ${Math.round(data.windKmh)} km/h ${data.windDirection}`;
  say(byId("weather-detail"), `${data.place} · ${felt} · humidity ${data.humidityPercent} % · ${wind}`);
  say(note, aged(data, at, failures, trouble));
}

/** WWO's codes, as wttr.in passes them on. @param {number} code */
function sky(code) {
  if (code === 113) return "sun";
  if (code === 116) return "part";
  if ([143, 248, 260].includes(code)) return "fog";
  if ([200, 386, 389, 392, 395].includes(code)) return "storm";
  if ([179, 182, 185, 227, 230].includes(code) || (code >= 317 && code <= 350) || code >= 362) return "snow";
  return code >= 176 ? "rain" : "cloud";
}

/** @param {import("./live.js").Live<Activity>} state */
export function showActivity({ data, at, failures, trouble }) {
  const note = byId("activity-age");
  if (data === null) {
    say(note, trouble ?? "waiting");
    return;
  }
  panelOf(note).dataset["state"] = failures > 0 || data.stale ? "stale" : "fresh";
  showCommits(byId("commits"), data.commits.slice(0, COMMITS));
  const missing = data.partial ? "; some repositories could not be read" : "";
  const none = data.commits.length === 0 ? "no commits yet, " : "";
  say(note, none + aged(data, at, failures, trouble) + missing);
}

/** @param {HTMLElement} list @param {Commit[]} commits */
function showCommits(list, commits) {
  while (list.childElementCount > commits.length) list.lastElementChild?.remove();
  for (const [index, commit] of commits.entries()) {
    const known = list.children[index];
    const { root, part } = fromTemplate("commit-row");
    const title = /** @type {HTMLAnchorElement} */ (part("title"));
    say(title, commit.title || "(no message)");
    title.href = safeLink(commit.link);
    const when = age(Date.now() - Date.parse(commit.time));
    say(part("about"), `${when} ago · ${commit.repository} · ${commit.hash.slice(0, 7)} · ${commit.author}`);
    // An unchanged row stays: replacing it would take the keyboard focus away from whoever is on it.
    if (known?.textContent === root.textContent) continue;
    if (known && known.querySelector("a")?.href === title.href)
      known.querySelector("p")?.replaceWith(part("about"));
    else if (known) known.replaceWith(root);
    else list.append(root);
  }
}

/** The link comes over the network; only web addresses may become one. @param {string} link */
function safeLink(link) {
  return /^https?:\/\//i.test(link) ? link : "#activity-title";
}

/**
 * @param {{ stale: boolean, ageSeconds: number }} data @param {number} at @param {number} failures
 * @param {string | null} trouble
 */
function aged({ stale, ageSeconds }, at, failures, trouble) {
  const old = `${age(ageSeconds * 1000 + Date.now() - at)} old`;
  if (failures > 0) return `${old}, ${tail(trouble)}`;
  return stale ? `${old}, its source does not answer` : old;
}

/** @param {HTMLElement} element */
function panelOf(element) {
  return /** @type {HTMLElement} */ (element.closest(".panel"));
}
