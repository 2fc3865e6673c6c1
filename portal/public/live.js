// Asks one address again and again: not while the tab is hidden, less often while it fails, and it remembers the
// last good answer across visits, so that the page can show it with its age instead of nothing.

const LIMIT_MS = 4000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * @template T
 * @typedef {{
 *   data: T | null,
 *   at: number,
 *   failures: number,
 *   trouble: string | null,
 * }} Live what is known: the last good answer, when it came (ms, this device's clock), how often it failed since,
 * and why in plain words
 */

/**
 * @template T
 * @param {{ url: string, every: number, limit?: number, show: (state: Live<T>) => void }} options
 *   every: pause between good answers in ms; show is called after every answer, good or not
 * @returns {{ state: Live<T> }}
 */
export function live({ url, every, limit = LIMIT_MS, show }) {
  /** @type {Live<T>} */
  const state = { ...recall(url), failures: 0, trouble: null };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asking = false;
  let due = 0;

  async function ask() {
    if (asking) return;
    asking = true;
    try {
      state.data = await answer(url, limit);
      state.at = Date.now();
      state.failures = 0;
      state.trouble = null;
      remember(url, state);
    } catch (error) {
      state.failures += 1;
      state.trouble = error instanceof Error ? error.message : String(error);
    } finally {
      asking = false;
    }
    due = Date.now() + pause(every, state.failures);
    show(state);
    plan();
  }

  function plan() {
    clearTimeout(timer);
    if (!document.hidden && !asking) timer = setTimeout(ask, Math.max(0, due - Date.now()));
  }

  document.addEventListener("visibilitychange", plan);
  addEventListener("online", () => {
    due = 0;
    plan();
  });
  if (state.data !== null) show(state);
  plan();
  return { state };
}

/** Doubles with every failure, up to a minute; a slow topic keeps its own pace. @param {number} every @param {number} failures */
function pause(every, failures) {
  if (failures === 0) return every;
  return Math.min(Math.max(LONGEST_PAUSE_MS, every), every * 2 ** Math.min(failures, 8));
}

/** @param {string} url @param {number} limit */
async function answer(url, limit) {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(limit),
    headers: { accept: "application/json" },
    cache: "no-store",
  }).catch(() => {
    throw new Error(navigator.onLine ? "No answer" : "This device is offline");
  });
  const body = await response.json().catch(() => null);
  if (response.ok && body !== null) return body;
  throw new Error(body?.detail ?? body?.title ?? `status ${response.status}`);
}

/** @param {string} url */
function recall(url) {
  try {
    const kept = JSON.parse(localStorage.getItem(`last ${url}`) ?? "null");
    if (kept && typeof kept.at === "number") return { data: kept.data, at: kept.at };
  } catch {
    // No storage, or a foreign entry: begin without a past.
  }
  return { data: null, at: 0 };
}

/** @param {string} url @param {{ data: unknown, at: number }} state */
function remember(url, { data, at }) {
  try {
    localStorage.setItem(`last ${url}`, JSON.stringify({ data, at }));
  } catch {
    // A full or forbidden storage only costs the memory across visits.
  }
}
