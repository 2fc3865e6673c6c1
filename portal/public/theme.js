// Runs before the first paint, so that a chosen theme never flashes the other one. Everything else is a module.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const themes = ["auto", "light", "dark"];

  /** Private windows may refuse storage; the page then simply follows the system. */
  function stored() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  }

  /** @param {string} theme */
  function store(theme) {
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // The choice then lasts until the page is left.
    }
  }

  /** @param {string | null} theme */
  function show(theme) {
    const known = themes.includes(theme ?? "") ? String(theme) : "auto";
    root.dataset["theme"] = known;
    const button = document.getElementById("theme");
    if (button) button.textContent = `Theme: ${known}`;
  }

  show(stored());
  addEventListener("DOMContentLoaded", () => {
    show(root.dataset["theme"] ?? null);
    document.getElementById("theme")?.addEventListener("click", () => {
      const next = themes[(themes.indexOf(root.dataset["theme"] ?? "auto") + 1) % themes.length] ?? "auto";
      store(next);
      show(next);
    });
  });
})();
