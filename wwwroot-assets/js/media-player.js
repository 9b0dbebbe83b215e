// Sound and video: play, seek, speed, frames, stretches as rationale. Nothing here plays by itself.
import { choose, clamp, clock, lengthOf, mark, player, say } from "./media-parts.js";
import { stretch, wave } from "./media-wave.js";

const speeds = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];
const rate = (part, step) => {
  const media = player(part);
  const at = speeds.indexOf(media.playbackRate);
  media.playbackRate = speeds[clamp((at < 0 ? speeds.indexOf(1) : at) + step, 0, speeds.length - 1)];
  say(part, `speed ${media.playbackRate}`);
};
const seek = (part, to) => { player(part).currentTime = clamp(to, 0, lengthOf(part)); };
/** A little into the frame, since a time that falls between two frames shows the earlier one. */
const frame = (part, by) => {
  const media = player(part);
  const many = Number(part.dataset.rate) || 25;
  media.pause();
  seek(part, (Math.max(0, Math.floor(media.currentTime * many + 0.001) + by) + 0.1) / many);
};
const strip = (part) => [...part.querySelectorAll("[data-seek]")];
const under = (part) => strip(part).findLastIndex((f) => Number(f.dataset.from) <= player(part).currentTime + 0.001);
const jump = (part, by) => {
  const frames = strip(part);
  if (!frames.length) return;
  const next = frames[clamp(under(part) + by, 0, frames.length - 1)];
  player(part).pause();
  seek(part, Number(next.dataset.seek));
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

const tick = (part) => {
  const media = player(part);
  const length = lengthOf(part);
  const words = `${clock(media.currentTime)} of ${clock(length)}`;
  part.querySelector(".media-time").textContent = words;
  const slider = part.querySelector(".media-wave");
  slider.setAttribute("aria-valuemax", length.toFixed(1));
  slider.setAttribute("aria-valuenow", media.currentTime.toFixed(1));
  slider.setAttribute("aria-valuetext", words);
  const at = under(part);
  strip(part).forEach((f, i) => { if (i === at) f.setAttribute("aria-current", "true"); else f.removeAttribute("aria-current"); });
};
for (const name of ["timeupdate", "seeked", "play", "pause", "loadedmetadata"]) {
  document.addEventListener(name, (event) => {
    const part = event.target.matches?.("audio, video") ? event.target.closest(".media-part") : null;
    if (!part) return;
    // The attribute alone counts for nothing on an element that a script has made.
    if (name === "loadedmetadata") event.target.muted = part.dataset.muted === "true";
    part.classList.toggle("playing", !event.target.paused);
    tick(part);
    wave(part);
  }, true);
}
document.addEventListener("click", (event) => {
  const frameOf = event.target.closest?.("[data-seek]");
  if (!frameOf) return;
  const part = frameOf.closest(".media-part");
  choose(part);
  player(part).pause();
  seek(part, Number(frameOf.dataset.seek));
});

/** Keys of sound and video; true when one was. */
export const onPlayer = (part, event) => {
  const media = player(part);
  const key = event.key.toLowerCase();
  if (key === " ") { if (media.paused) media.play(); else media.pause(); }
  else if (key === "arrowleft" || key === "arrowright") seek(part, media.currentTime + (key === "arrowleft" ? -1 : 1) * (event.shiftKey ? 10 : 2));
  else if (key === "home" || key === "end") seek(part, key === "home" ? 0 : lengthOf(part));
  else if (key === "," || key === ".") frame(part, key === "," ? -1 : 1);
  else if (key === "<" || key === ">") rate(part, key === "<" ? -1 : 1);
  else if (key === "[" || key === "]") bracket(part, key === "]");
  else if ((key === "j" || key === "k") && strip(part).length) jump(part, key === "j" ? -1 : 1);
  else if (key === "+" || key === "=") stretch(part, 2);
  else if (key === "-") stretch(part, 0.5);
  else if (key === "0") stretch(part, 0);
  else if (key === "m") { media.muted = !media.muted; say(part, media.muted ? "muted" : "with sound"); }
  else return false;
  return true;
};
