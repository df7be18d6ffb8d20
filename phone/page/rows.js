// The newest card and its jobs as the database has them.

import { find, make } from "/page/elements.js";
import { clock } from "/page/numbers.js";

const ENDS = ["complete", "failed", "cancelled"];

export class Rows {
  constructor() {
    this.jobs = new Map(); // id -> element
    this.shown = "";
  }

  /** `home`: `{card, jobs}`, or null where the bot runs elsewhere. */
  take(home) {
    find("rows-elsewhere").hidden = Boolean(home);
    find("rows-none").hidden = !home || Boolean(home.card);
    find("rows").hidden = !home?.card;
    if (home?.card) this.#draw(home);
  }

  #draw({ card, jobs }) {
    const wanted = JSON.stringify([card, jobs]);
    if (wanted === this.shown) return;
    this.shown = wanted;
    find("card-phase").textContent = card.phase;
    find("card-phase").dataset.phase = card.phase;
    find("card-facts").replaceChildren(...factsOf(card));
    find("card-row").textContent = JSON.stringify(card, null, 1);
    const list = find("jobs");
    const kept = new Map();
    for (const job of jobs) kept.set(job.id, jobRow(job, this.jobs.get(job.id)));
    this.jobs = kept;
    list.replaceChildren(...kept.values());
  }
}

function factsOf(card) {
  const clips = card.edit?.recipe?.clips ?? [];
  const kept = clips.map((clip) => `${clock(clip.start_ms / 1000)}–${clock(clip.end_ms / 1000)}`);
  const facts = {
    project: card.id,
    revision: card.revision,
    face: card.face,
    keeping: kept.join(", ") || "not known yet",
    look: card.edit ? `${card.edit.look}, ${card.edit.shape}` : "",
    message: card.message_id || "not sent yet",
    touched: new Date(card.touched_at * 1000).toLocaleTimeString([], { hour12: false }),
  };
  const told = Object.entries(facts).filter(([, value]) => value !== "");
  return told.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, String(value))]);
}

/** A job's row; one that was drawn before keeps whether it is open. */
function jobRow(job, before) {
  const wanted = JSON.stringify(job);
  if (before?.dataset.is === wanted) return before;
  const isOver = ENDS.includes(job.status);
  const status = make("span", { class: "pill", "data-status": job.status }, job.status);
  const took = job.started_at ? `${(job.updated_at - job.started_at).toFixed(1)} s` : "";
  const tries = job.attempt > 1 ? `attempt ${job.attempt}` : "";
  const stage = isOver ? "" : `${job.stage} ${job.progress}%`;
  const facts = [stage, job.error_code, tries, took].filter(Boolean).join(" · ");
  const head = make("summary", { class: "job-head" }, make("b", {}, job.kind), status);
  head.append(make("span", { class: "quiet" }, facts));
  const meter = { class: "job-meter", max: 100, value: job.progress };
  if (job.status === "processing") {
    head.append(make("progress", { ...meter, "aria-label": `Progress of ${job.kind}` }));
  }
  const row = make("pre", { class: "row", tabindex: "0" }, JSON.stringify(job, null, 1));
  const details = make("details", { class: "job" }, head, row);
  details.open = before?.firstElementChild.open ?? false;
  return make("li", { "data-is": wanted, "data-kind": job.kind }, details);
}
