// The microphone button: hold it to talk, or click to start and click again to send.

import { find } from "/page/elements.js";
import { clock } from "/page/numbers.js";
import { NoMicrophone, Recording } from "/page/recorder.js";

const HOLD_MS = 450; // a longer press is a hold: letting go sends
const AWAY_PX = 90; // sliding that far while holding throws the recording away
const LEAST_S = 0.4;
const BAR_MS = 60;
const PITCH_PX = 4.5;

export class Mic {
  /** `onRecorded({file, seconds})`; `onProblem(words)`, empty when there is none any more. */
  constructor(onRecorded, onProblem) {
    this.onRecorded = onRecorded;
    this.onProblem = onProblem;
    this.recording = null;
    this.isAsking = false;
    this.button = find("mic");
    this.canvas = find("record-level");
    this.levels = [];
    this.#listen();
  }

  #listen() {
    const { button } = this;
    let downAt = 0;
    let from = 0;
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      downAt = this.recording ? 0 : event.timeStamp;
      from = event.clientX;
      button.setPointerCapture(event.pointerId); // letting go elsewhere is letting go, too
      if (!this.recording) this.start();
    });
    button.addEventListener("pointermove", (event) => {
      if (downAt && this.recording && Math.abs(event.clientX - from) > AWAY_PX) {
        downAt = 0;
        this.cancel();
      }
    });
    button.addEventListener("pointerup", (event) => {
      const wasStart = downAt > 0;
      const held = event.timeStamp - downAt > HOLD_MS;
      downAt = 0;
      if (this.recording && (!wasStart || held)) this.finish();
    });
    button.addEventListener("pointercancel", () => {
      downAt = 0;
    });
    // Keys and screen readers click without a pointer.
    button.addEventListener("click", (event) => {
      if (event.detail !== 0) return;
      if (this.recording) this.finish();
      else this.start();
    });
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    find("record-cancel").addEventListener("click", () => this.cancel());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.recording) this.cancel();
    });
  }

  async start() {
    if (this.isAsking || this.recording) return;
    this.isAsking = true;
    this.onProblem("");
    try {
      this.recording = await Recording.open();
    } catch (failed) {
      if (!(failed instanceof NoMicrophone)) throw failed;
      this.onProblem(failed.message);
      return;
    } finally {
      this.isAsking = false;
    }
    this.levels = [];
    this.#show(true);
    this.#draw();
  }

  async finish() {
    const { recording } = this;
    this.recording = null;
    this.#show(false);
    if (recording.seconds < LEAST_S) {
      recording.cancel();
      this.onProblem("That was too short to hear anything. Hold the button while you talk.");
      return;
    }
    this.onRecorded(await recording.finish());
  }

  cancel() {
    this.recording?.cancel();
    this.recording = null;
    this.#show(false);
  }

  #show(isRecording) {
    find("composer").classList.toggle("recording", isRecording);
    find("composer").querySelector(".compose-fields").hidden = isRecording;
    find("composer").querySelector(".record-fields").hidden = !isRecording;
    find("record-time").textContent = clock(0);
    const label = isRecording ? "Send the recording" : "Record a voice note";
    this.button.setAttribute("aria-label", label);
  }

  #draw() {
    if (!this.recording) return;
    const { seconds, level } = this.recording;
    find("record-time").textContent = clock(seconds);
    while (this.levels.length < (seconds * 1000) / BAR_MS) this.levels.push(level);
    drawLevels(this.canvas, this.levels);
    requestAnimationFrame(() => this.#draw());
  }
}

/** The newest levels, newest at the right. */
function drawLevels(canvas, levels) {
  const scale = window.devicePixelRatio;
  const width = canvas.clientWidth * scale;
  const height = canvas.clientHeight * scale;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, width, height);
  pen.strokeStyle = getComputedStyle(canvas).color;
  pen.lineWidth = 2.5 * scale;
  pen.lineCap = "round";
  const pitch = PITCH_PX * scale;
  const shown = levels.slice(-Math.ceil(width / pitch));
  shown.forEach((level, index) => {
    const x = width - (shown.length - index) * pitch + pitch / 2;
    const half = Math.max(0.5, (level * (height - pen.lineWidth)) / 2);
    pen.beginPath();
    pen.moveTo(x, height / 2 - half);
    pen.lineTo(x, height / 2 + half);
    pen.stroke();
  });
}
