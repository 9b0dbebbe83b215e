// What the viewers of images, sound and video share: which part the keys go to, and how a mark is told to the page.
let chosen = null;

export const all = () => [...document.querySelectorAll(".media-part[data-media]")];
export const current = () => (chosen?.isConnected ? chosen : (chosen = all()[0] ?? null));
export const choose = (part) => {
  chosen = part;
  all().forEach((p) => p.classList.toggle("chosen", p === part));
};
export const player = (part) => part?.querySelector("audio, video");
export const lengthOf = (part) => {
  const { duration } = player(part);
  return Number.isFinite(duration) && duration > 0 ? duration : Number(part.dataset.duration) || 1;
};
export const say = (part, words) => { const said = part.querySelector(".media-said"); if (said) said.textContent = words; };
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, "0")}`;
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
export const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const told = (part, kind, start, end, top, bottom) => ({ partOrdinal: Number(part.dataset.part), kind, start, end, top, bottom });
export const mark = (part, kind, start, end, top = 0, bottom = 0) => window.studioWorkbench.mark(told(part, kind, start, end, top, bottom));
/** Replaces a stretch, in milliseconds, by another one. */
export const move = (part, from, to) => window.studioWorkbench.move(told(part, "TimeRange", ...from, 0, 0), told(part, "TimeRange", ...to, 0, 0));
