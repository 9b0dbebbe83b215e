// Viewers of images, sound and video in the workbench. Only what is marked as rationale is told to the page.
const speeds = [0.5, 0.75, 1, 1.25, 1.5, 2];
let chosen = null;

const all = () => [...document.querySelectorAll(".media-part[data-media]")];
const current = () => (chosen?.isConnected ? chosen : (chosen = all()[0] ?? null));
const player = (part) => part?.querySelector("audio, video");
const say = (part, words) => { const said = part.querySelector(".media-said"); if (said) said.textContent = words; };
const clock = (seconds) => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, "0")}`;
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

const choose = (part) => {
  chosen = part;
  all().forEach((p) => p.classList.toggle("chosen", p === part));
};

// --- image: zoom, pan, rotate
const views = new WeakMap();
const view = (part) => views.get(part) ?? views.set(part, { zoom: 1, x: 0, y: 0, turn: 0 }).get(part);
const place = (part) => {
  const { zoom, x, y, turn } = view(part);
  part.querySelector(".media-turn").style.transform = `translate(${x}px, ${y}px) scale(${zoom}) rotate(${turn}deg)`;
};
const zoom = (part, factor) => {
  const v = view(part);
  v.zoom = factor === 0 ? 1 : clamp(v.zoom * factor, 0.25, 16);
  if (factor === 0) Object.assign(v, { x: 0, y: 0, turn: 0 });
  place(part);
};

// --- boxes, in parts of the upright image's width and height
let box = null;
const draw = () => {
  const shown = box.part.querySelector(".media-box.open") ?? box.part.querySelector(".media-glass").appendChild(Object.assign(document.createElement("div"), { className: "media-box open" }));
  Object.assign(shown.style, { left: `${box.left * 100}%`, top: `${box.top * 100}%`, width: `${(box.right - box.left) * 100}%`, height: `${(box.bottom - box.top) * 100}%` });
};
const drop = () => {
  box?.part.querySelector(".media-box.open")?.remove();
  box = null;
};
const keep = () => {
  const { part, left, top, right, bottom } = box;
  drop();
  if (right - left > 0.005 && bottom - top > 0.005) mark(part, "Box", left, right, top, bottom);
};
const mark = (part, kind, start, end, top = 0, bottom = 0) =>
  window.studioWorkbench.mark({ partOrdinal: Number(part.dataset.part), kind, start, end, top, bottom });

document.addEventListener("pointerdown", (event) => {
  const part = event.target.closest?.(".media-part[data-media]");
  if (!part) return;
  choose(part);
  const glass = event.target.closest(".media-glass");
  if (!glass || event.button !== 0) return;
  event.preventDefault();
  const at = (e) => [clamp(e.offsetX / glass.offsetWidth, 0, 1), clamp(e.offsetY / glass.offsetHeight, 0, 1)];
  const v = view(part);
  const pan = event.shiftKey ? { x: event.clientX - v.x, y: event.clientY - v.y } : null;
  const [fromX, fromY] = at(event);
  glass.setPointerCapture(event.pointerId);
  const move = (e) => {
    if (pan) {
      Object.assign(v, { x: e.clientX - pan.x, y: e.clientY - pan.y });
      place(part);
      return;
    }
    const [x, y] = at(e);
    box = { part, left: Math.min(fromX, x), right: Math.max(fromX, x), top: Math.min(fromY, y), bottom: Math.max(fromY, y) };
    draw();
  };
  const end = () => {
    glass.removeEventListener("pointermove", move);
    glass.removeEventListener("pointerup", end);
    if (box) keep();
  };
  glass.addEventListener("pointermove", move);
  glass.addEventListener("pointerup", end);
});

// --- sound and video
const rate = (part, step) => {
  const media = player(part);
  const at = speeds.indexOf(media.playbackRate);
  media.playbackRate = speeds[clamp((at < 0 ? 2 : at) + step, 0, speeds.length - 1)];
  say(part, `speed ${media.playbackRate}`);
};
const seek = (part, to) => {
  const media = player(part);
  media.currentTime = clamp(to, 0, Number.isFinite(media.duration) ? media.duration : Number(part.dataset.duration) || 0);
};
const starts = new WeakMap();
const bracket = (part, end) => {
  const now = player(part).currentTime;
  if (!end) {
    starts.set(part, now);
    say(part, `marked from ${clock(now)} …`);
  } else if (starts.has(part) && now > starts.get(part)) {
    mark(part, "TimeRange", Math.round(starts.get(part) * 1000), Math.round(now * 1000));
    say(part, `marked ${clock(starts.get(part))} to ${clock(now)}`);
    starts.delete(part);
  } else {
    say(part, "play on before you end the mark with ]");
  }
};

const tick = (media) => {
  const part = media.closest(".media-part");
  const length = Number.isFinite(media.duration) ? media.duration : Number(part.dataset.duration) || 1;
  part.querySelector(".media-head").style.left = `${(media.currentTime / length) * 100}%`;
  part.querySelector(".media-time").textContent = `${clock(media.currentTime)} / ${clock(length)}`;
};
const wave = async (part) => {
  const canvas = part.querySelector("canvas[data-peaks]");
  if (!canvas || canvas.dataset.drawn) return;
  canvas.dataset.drawn = "yes";
  const answer = await fetch(canvas.dataset.peaks);
  if (!answer.ok) return;
  const peaks = await answer.json();
  const width = (canvas.width = canvas.clientWidth * devicePixelRatio);
  const height = (canvas.height = canvas.clientHeight * devicePixelRatio);
  const pen = canvas.getContext("2d");
  pen.fillStyle = getComputedStyle(canvas).color;
  const most = Math.max(0.01, ...peaks);
  for (let x = 0; x < width; x++) {
    const from = Math.floor((x * peaks.length) / width);
    const to = Math.max(from + 1, Math.floor(((x + 1) * peaks.length) / width));
    const tall = Math.max(1, (Math.max(...peaks.slice(from, to)) / most) * height);
    pen.fillRect(x, (height - tall) / 2, 1, tall);
  }
};
for (const name of ["timeupdate", "seeked", "loadedmetadata"]) {
  document.addEventListener(name, (event) => {
    if (!event.target.matches?.(".media-part audio, .media-part video")) return;
    if (name === "loadedmetadata" && event.target.matches("video")) {
      // The attribute alone counts for nothing on an element that a script has made.
      event.target.muted = true;
    }
    tick(event.target);
    wave(event.target.closest(".media-part"));
  }, true);
}
document.addEventListener("click", (event) => {
  const line = event.target.closest?.(".media-line, .media-sheet");
  if (!line) return;
  const bounds = line.getBoundingClientRect();
  const part = line.closest(".media-part");
  seek(part, ((event.clientX - bounds.left) / bounds.width) * (player(part).duration || Number(part.dataset.duration)));
});

// --- keys
const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const onImage = (part, event) => {
  const step = steps[event.key];
  if (box && step) {
    const [dx, dy] = [step[0] * 0.02, step[1] * 0.02];
    if (event.shiftKey) {
      box.right = clamp(box.right + dx, box.left + 0.01, 1);
      box.bottom = clamp(box.bottom + dy, box.top + 0.01, 1);
    } else {
      const [x, y] = [clamp(dx, -box.left, 1 - box.right), clamp(dy, -box.top, 1 - box.bottom)];
      Object.assign(box, { left: box.left + x, right: box.right + x, top: box.top + y, bottom: box.bottom + y });
    }
    draw();
  } else if (box && event.key === "Enter") keep();
  else if (box && event.key === "Escape") drop();
  else if (event.key === "x") { box = { part, left: 0.4, right: 0.6, top: 0.4, bottom: 0.6 }; draw(); }
  else if (step) { const v = view(part); v.x -= step[0] * 40; v.y -= step[1] * 40; place(part); }
  else if (event.key === "+" || event.key === "=") zoom(part, 1.25);
  else if (event.key === "-") zoom(part, 0.8);
  else if (event.key === "0") zoom(part, 0);
  else if (event.key.toLowerCase() === "r") { view(part).turn += 90; place(part); }
  else return false;
  return true;
};
const onPlayer = (part, event) => {
  const media = player(part);
  const frame = 1 / (Number(part.dataset.rate) || 25);
  if (event.key === " ") { if (media.paused) media.play(); else media.pause(); }
  else if (event.key === "ArrowLeft" || event.key === "ArrowRight") seek(part, media.currentTime + (event.key === "ArrowLeft" ? -1 : 1) * (event.shiftKey ? 10 : 2));
  else if (event.key === "," || event.key === ".") { media.pause(); seek(part, media.currentTime + (event.key === "," ? -frame : frame)); }
  else if (event.key === "<" || event.key === ">") rate(part, event.key === "<" ? -1 : 1);
  else if (event.key === "[" || event.key === "]") bracket(part, event.key === "]");
  else if (event.key.toLowerCase() === "m") { media.muted = !media.muted; say(part, media.muted ? "muted" : "with sound"); }
  else return false;
  return true;
};
const reveal = (shown) => document.querySelector(".bench-item")?.classList.toggle("revealed", shown);

document.addEventListener("keydown", (event) => {
  const part = current();
  if (!part || event.ctrlKey || event.altKey || event.metaKey || event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  // A key that is a label's stays the label's.
  if ([...document.querySelectorAll(".label-button kbd")].some((k) => k.textContent.trim().toLowerCase() === event.key.toLowerCase())) return;
  let done = true;
  if (event.key.toLowerCase() === "v") reveal(true);
  else if (event.key === "PageDown" || event.key === "PageUp") {
    const list = all();
    choose(list[(list.indexOf(part) + (event.key === "PageUp" ? list.length - 1 : 1)) % list.length]);
    chosen.scrollIntoView({ block: "nearest" });
  } else done = part.dataset.media === "image" ? onImage(part, event) : onPlayer(part, event);
  if (done) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);
document.addEventListener("keyup", (event) => { if (event.key.toLowerCase() === "v") reveal(false); });
window.addEventListener("blur", () => reveal(false));
