// Light or dark before the first paint: what the person chose here, else what the system says.
// A plain script, not a module, because a module would run after the first paint.
(() => {
  const KEY = "pocketreel-theme";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function read() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage is switched off; the choice lasts as long as the page
    }
  }

  function keep(theme) {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // as above
    }
  }

  const chosen = read();
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.('[data-does="theme"]')) return;
    const now = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    keep(root.dataset.theme);
  });
})();
