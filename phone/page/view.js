// How the page is shown, before the first paint: what the person chose here, else what the system
// says. A plain script, not a module, because a module would run after the first paint.
(() => {
  const KEY = "pocketreel-view";
  const CHOICES = {
    theme: ["system", "light", "dark"],
    text: ["normal", "large", "largest"],
    width: ["wide", "narrow"],
    direction: ["ltr", "rtl"],
  };
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  /** What was kept, with the first choice where nothing good was. */
  function read() {
    let kept = {};
    try {
      kept = JSON.parse(localStorage.getItem(KEY)) ?? {};
    } catch {
      // storage is switched off, or holds something else; choices last as long as the page
    }
    const known = Object.entries(CHOICES).map(([name, choices]) => {
      return [name, choices.includes(kept[name]) ? kept[name] : choices[0]];
    });
    return Object.fromEntries(known);
  }

  function keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify(view));
    } catch {
      // as above
    }
  }

  function show() {
    if (view.theme === "system") delete root.dataset.theme;
    else root.dataset.theme = view.theme;
    root.dataset.text = view.text;
    root.dataset.width = view.width;
    root.dir = view.direction;
    document.dispatchEvent(new CustomEvent("view", { detail: view }));
  }

  let view = read();
  const isFrame = new URLSearchParams(window.location.search).has("frame");
  if (isFrame) root.dataset.frame = "";
  show();

  // The second phone is a frame of the same page: what is chosen in one shows in both.
  window.addEventListener("storage", ({ key }) => {
    if (key !== KEY) return;
    view = read();
    show();
  });

  window.pocketreelView = {
    get: () => ({ ...view }),
    set(name, value) {
      view = { ...view, [name]: value };
      keep();
      show();
    },
    /** Dark where it is light, light where it is dark. */
    turn() {
      const isDark = view.theme === "system" ? dark.matches : view.theme === "dark";
      this.set("theme", isDark ? "light" : "dark");
    },
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest?.('[data-does="theme"]')) window.pocketreelView.turn();
  });
})();
