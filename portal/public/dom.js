// Small helpers: finding elements, writing numbers and ages the way people say them.

/**
 * The element with this id. A missing one is a mistake in the page, not a state it can be in.
 * @param {string} id
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element with the id "${id}".`);
  return element;
}

/**
 * A copy of a template and its named parts (`data-is="…"`).
 * @param {string} id
 */
export function fromTemplate(id) {
  const template = /** @type {HTMLTemplateElement} */ (byId(id));
  const root = /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
  return { root, part: parts(root) };
}

/** @param {HTMLElement} root @returns {(name: string) => HTMLElement} */
function parts(root) {
  const found = new Map();
  for (const element of root.querySelectorAll("[data-is]"))
    found.set(element.getAttribute("data-is"), element);
  return (name) => {
    const element = found.get(name);
    if (!element) throw new Error(`The template has no part "${name}".`);
    return element;
  };
}

/**
 * Writes only when it differs: an untouched text costs no layout and keeps a visitor's selection.
 * @param {Element} element @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A sentence as the end of another one: "…, the API does not answer". @param {string | null} text */
export function tail(text) {
  return text === null ? "" : `${text.charAt(0).toLowerCase()}${text.slice(1)}`.replace(/\.$/, "");
}

/** @param {number} milliseconds */
export function age(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

/** Two units are enough: "12 d 4 h". @param {number} seconds */
export function span(seconds) {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** "15.5 GiB": three digits at most, so that a changing number keeps its width. @param {number} value */
export function bytes(value) {
  let unit = 0;
  let rest = value;
  while (rest >= 1000 && unit < UNITS.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || rest >= 100 ? 0 : rest >= 10 ? 1 : 2;
  return `${rest.toFixed(digits)} ${UNITS[unit]}`;
}

/**
 * Fills a meter. A share of nothing (a host without swap) is empty, not full.
 * @param {Element} meter @param {number} part @param {number} whole
 */
export function fill(meter, part, whole) {
  if (!(meter instanceof HTMLMeterElement)) return;
  meter.value = whole > 0 ? part / whole : 0;
  // Through the object model, because the page's policy allows no style attributes.
  meter.style.setProperty("--fill", String(meter.value));
  meter.dataset["level"] = meter.value >= meter.high ? "high" : meter.value >= meter.low ? "raised" : "fine";
}
