// The switches for how the page is shown: one group of choices each.

const view = window.pocketreelView;

/** Wire every group in the panel to view.js, which keeps the choices. */
export function wireViews() {
  const inputs = [...document.querySelectorAll("[data-view]")];
  for (const input of inputs) {
    input.addEventListener("change", () => view.set(input.dataset.view, input.value));
  }
  const show = () => {
    const now = view.get();
    for (const input of inputs) input.checked = now[input.dataset.view] === input.value;
  };
  document.addEventListener("view", show);
  show();
}
