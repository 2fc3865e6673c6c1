// Keeps the shell for when there is no network. Live answers (/api, /up) never pass through here: an old number that
// looks new would be worse than none; the page itself keeps the last good ones with their age.

const SHELL = "shell";
const FILES = [
  "/",
  "/style.css",
  "/theme.js",
  "/app.js",
  "/dom.js",
  "/live.js",
  "/hosts.js",
  "/feed.js",
  "/launch.js",
  "/services.json",
  "/manifest.webmanifest",
  "/icons/kite.svg",
];
/** A network that has not answered by then is treated as none, if there is a copy. */
const PATIENCE_MS = 3000;

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(SHELL)
      .then((cache) => cache.addAll(FILES))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== worker.location.origin || !FILES.includes(pathname))
    return;
  event.respondWith(networkFirst(pathname));
});

/**
 * The network first, so that page and scripts are always of one version; the copy when it is silent. Asked by path:
 * a navigation's own request cannot be given a time limit.
 * @param {string} pathname
 */
async function networkFirst(pathname) {
  const cache = await caches.open(SHELL);
  const copy = await cache.match(pathname);
  try {
    const response = await fetch(pathname, copy ? { signal: AbortSignal.timeout(PATIENCE_MS) } : {});
    if (response.ok) await cache.put(pathname, response.clone());
    return response.ok || !copy ? response : copy;
  } catch (error) {
    if (copy) return copy;
    throw error;
  }
}
