// The microphone: permission, recording, loudness.

const FORMATS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

/** The microphone cannot be used; the message says why and what to do instead. */
export class NoMicrophone extends Error {}

const REASONS = {
  NotAllowedError:
    "The microphone is blocked for this page. Allow it next to the address, then press again." +
    " Or attach a file.",
  NotFoundError: "This computer has no microphone. Attach a file or try a sample instead.",
  NotReadableError: "Another program is using the microphone. Close it there, then press again.",
};

/** A recording under way. `open` asks for the microphone; then `finish` or `cancel`, once. */
export class Recording {
  static async open() {
    if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) {
      throw new NoMicrophone(
        "A browser opens the microphone only at localhost or over https." +
          " Attach a file or try a sample instead.",
      );
    }
    try {
      return new Recording(await navigator.mediaDevices.getUserMedia({ audio: true }));
    } catch (failed) {
      const why = REASONS[failed.name] ?? `The microphone did not start: ${failed.message}`;
      throw new NoMicrophone(why);
    }
  }

  constructor(stream) {
    this.stream = stream;
    this.pieces = [];
    const mimeType = FORMATS.find((format) => MediaRecorder.isTypeSupported(format));
    this.recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
    this.recorder.addEventListener("dataavailable", ({ data }) => this.pieces.push(data));
    this.context = new AudioContext();
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 1024;
    this.samples = new Float32Array(this.analyser.fftSize);
    this.context.createMediaStreamSource(stream).connect(this.analyser);
    this.startedAt = performance.now();
    this.recorder.start();
  }

  get seconds() {
    return (performance.now() - this.startedAt) / 1000;
  }

  /** How loud it is right now, 0 to 1; quiet speech is about a half. */
  get level() {
    this.analyser.getFloatTimeDomainData(this.samples);
    let sum = 0;
    for (const sample of this.samples) sum += sample * sample;
    const decibels = 20 * Math.log10(Math.sqrt(sum / this.samples.length) + 1e-6);
    return Math.min(1, Math.max(0, (decibels + 60) / 55));
  }

  /** Stop; the recording as a file and its length. */
  async finish() {
    const seconds = this.seconds;
    const stopped = new Promise((resolve) => {
      this.recorder.addEventListener("stop", resolve, { once: true });
    });
    this.recorder.stop();
    await stopped;
    this.#release();
    const type = this.recorder.mimeType.split(";")[0] || "audio/webm";
    return { file: new File(this.pieces, `voice.${type.split("/")[1]}`, { type }), seconds };
  }

  cancel() {
    if (this.recorder.state !== "inactive") this.recorder.stop();
    this.#release();
  }

  #release() {
    for (const track of this.stream.getTracks()) track.stop();
    this.context.close();
  }
}
