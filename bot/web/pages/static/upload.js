// Sends the chosen file, goes on where it broke off, and says how it stands.

const PIECE = 1_000_000; // bytes sent at once; nginx takes no more in a request unless it is told to
const QUIET_MS = 20_000; // nothing moved for so long: the line is dead
const LONGEST_WAIT_MS = 8_000;
const MOST_TRIES = 6; // in a row, without a byte getting through
const BUSY_TRIES = 3; // until a line that was just cancelled is over on the other side

const main = document.querySelector("#upload");
const limit = Number(main.dataset.limit);
const part = (id) => document.getElementById(id);
const word = (name) => main.querySelector(`[data-word="${name}"]`).textContent;

/** An end that trying again does not change; the message is what the person is told. */
class Refused extends Error {}

/** Another file is coming through the link. */
class Busy extends Error {}

let cancel = () => {};
part("cancel").addEventListener("click", () => cancel());

part("file").addEventListener("change", (event) => {
  const [file] = event.target.files;
  event.target.value = ""; // so that the same file can be chosen again
  if (file) take(file);
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (main.dataset.state !== "choose") return;
    event.preventDefault();
    document.body.classList.toggle("dropping", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  });
}
addEventListener("beforeunload", (event) => {
  if (main.dataset.state === "sending") event.preventDefault();
});

async function take(file) {
  const problem = file.size === 0 ? "empty" : file.size > limit ? "too-large" : "";
  if (problem) return complain(word(problem));
  part("trouble").hidden = true;
  part("name").textContent = file.name;
  main.dataset.state = "sending";
  moved(file, 0);
  const awake = await navigator.wakeLock?.request("screen").catch(() => null);
  try {
    await patiently(file);
    main.dataset.state = "done";
    part("done").focus();
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    main.dataset.state = "choose";
    complain(refused.message);
  } finally {
    awake?.release();
  }
}

function complain(words) {
  part("trouble").textContent = words;
  part("trouble").hidden = !words;
}

/** Send it all, however often the line breaks. */
async function patiently(file) {
  let tries = 0;
  let reached = 0;
  const on = (bytes) => {
    if (bytes > reached) tries = 0;
    reached = Math.max(reached, bytes);
    moved(file, bytes);
  };
  while (true) {
    try {
      return await go(file, on);
    } catch (problem) {
      if (problem instanceof Refused) throw problem;
      const busy = problem instanceof Busy;
      if (++tries >= (busy ? BUSY_TRIES : MOST_TRIES) && navigator.onLine) {
        throw new Refused(word(busy ? "busy" : "failed"));
      }
      stand(busy ? "busy" : "waiting", "broken");
      await backOnline(Math.min(LONGEST_WAIT_MS, 500 * 2 ** tries));
    }
  }
}

async function go(file, on) {
  const found = await ask("HEAD", here(file));
  stand("sending", "whole");
  const elsewhere = found.getResponseHeader("Upload-To");
  if (elsewhere) {
    on(0);
    await ask("PUT", elsewhere, file, on, { "Content-Type": "application/octet-stream" });
    await ask("POST", here(file));
    return;
  }
  let at = Number(found.getResponseHeader("Upload-Offset"));
  on(at);
  while (at < file.size) {
    const end = Math.min(file.size, at + PIECE);
    const range = { "Content-Range": `bytes ${at}-${end - 1}/${file.size}` };
    const from = at;
    const sent = await ask("PUT", here(file), file.slice(at, end), (bytes) => on(from + bytes), range);
    if (sent.status === 201) return; // that was the last of it
    at = end;
  }
  await ask("POST", here(file));
}

const here = (file) => {
  const claim = { name: file.name, size: file.size, changed: file.lastModified };
  return `${location.pathname}?${new URLSearchParams(claim)}`;
};

/** One request. Throws Refused for an end, any other error when it is worth trying again. */
function ask(method, url, body = null, on = () => {}, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let timer = 0;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), QUIET_MS);
    };
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => {
      alive();
      on(event.loaded);
    });
    cancel = () => {
      reject(new Refused(""));
      request.abort();
    };
    request.addEventListener("loadend", () => {
      clearTimeout(timer);
      if (request.status >= 200 && request.status < 300) resolve(request);
      else reject(problem(request, url));
    });
    alive();
    request.send(body);
  });
}

function problem(request, url) {
  const status = request.status;
  if (new URL(url, location).origin === location.origin) {
    // The page says in words why the link leads nowhere any more.
    if ([403, 404, 410].includes(status)) {
      main.dataset.state = "choose";
      location.reload();
      return new Refused("");
    }
    if (status === 413) return new Refused(word("too-large"));
    if (status === 423) return new Busy();
    if (status === 429) return new Refused(decodeURIComponent(request.getResponseHeader("Upload-Says") ?? ""));
  }
  return new Error(`status ${status}`);
}

function stand(name, line) {
  part("stand").textContent = word(name);
  main.dataset.line = line;
}

function moved(file, bytes) {
  const share = Math.min(1, bytes / file.size);
  part("bar").value = Math.round(share * 1000);
  part("percent").textContent = `${Math.floor(share * 100)}%`;
  part("bytes").textContent = word("of").replace("{done}", megabytes(bytes)).replace("{size}", megabytes(file.size));
}

function megabytes(bytes) {
  const size = bytes / (1024 * 1024);
  const shown = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: size < 10 ? 1 : 0 });
  return shown.format(size);
}

/** Wait so long, or until the browser says that it is connected again. */
function backOnline(ms) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, navigator.onLine ? ms : 60_000);
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    }
    addEventListener("online", done);
    cancel = () => reject(new Refused(""));
  });
}
