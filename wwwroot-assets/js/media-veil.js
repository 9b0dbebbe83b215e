// Pictures that are blurred until somebody asks: all of them while a key is held, or one place at a time.
// The blur itself is in the page's markup and styles, so that nothing is ever painted before it.
import { clamp, say, steps } from "./media-parts.js";

const bench = () => document.querySelector(".bench-item");
const manner = () => bench()?.dataset.reveal ?? "hold";
const veiled = (part) => part?.closest(".veiled") && !bench().classList.contains("revealed");
const reveal = (shown) => bench()?.classList.toggle("revealed", shown);

// --- the place that is looked at: its middle in parts of the picture's width and height, its width in parts of the width
let lens = null;
const clear = () => {
  cancelAnimationFrame(lens?.frame);
  lens?.part.querySelector(".media-lens")?.replaceChildren();
  lens = null;
};
const open = (part, x, y, byKey) => {
  const picture = part.querySelector(".media-picture");
  const sheet = part.querySelector(".media-lens");
  if (!picture || !sheet) return;
  clear();
  const seen = picture.matches("video") ? document.createElement("canvas") : picture.cloneNode();
  seen.className = "media-clear";
  seen.removeAttribute?.("id");
  seen.setAttribute("aria-hidden", "true");
  lens = { part, picture, seen, x, y, wide: 0.3, byKey, edge: Object.assign(document.createElement("div"), { className: "media-lens-edge" }) };
  place();
  sheet.replaceChildren(seen, lens.edge);
  if (seen.matches("canvas")) paint();
};
const place = () => {
  const { picture, seen, edge } = lens;
  const width = picture.clientWidth || 1;
  const half = [lens.wide / 2, clamp((lens.wide * width) / (2 * (picture.clientHeight || 1)), 0.02, 0.5)];
  lens.x = clamp(lens.x, 0, 1);
  lens.y = clamp(lens.y, 0, 1);
  const [left, right] = [clamp(lens.x - half[0], 0, 1), clamp(lens.x + half[0], 0, 1)];
  const [top, bottom] = [clamp(lens.y - half[1], 0, 1), clamp(lens.y + half[1], 0, 1)];
  const inset = `${top * 100}% ${(1 - right) * 100}% ${(1 - bottom) * 100}% ${left * 100}%`;
  seen.style.clipPath = `inset(${inset})`;
  edge.style.inset = inset;
};
/** A video goes on below: its place is painted frame by frame. */
const paint = () => {
  if (!lens) return;
  const { picture, seen } = lens;
  const [width, height] = [Math.round(picture.clientWidth * devicePixelRatio), Math.round(picture.clientHeight * devicePixelRatio)];
  if (seen.width !== width) seen.width = width;
  if (seen.height !== height) seen.height = height;
  seen.getContext("2d").drawImage(picture, 0, 0, width, height);
  lens.frame = requestAnimationFrame(paint);
};

document.addEventListener("pointermove", (event) => {
  const ground = event.target.closest?.(".media-turn, .media-screen");
  const part = ground?.closest(".media-part[data-media]");
  if (lens && (!part || part !== lens.part) && !lens.byKey) clear();
  if (!part || !veiled(part) || (lens?.part !== part && manner() !== "region")) return;
  const over = event.target.closest(".media-glass, .media-picture") ?? ground;
  const [x, y] = [event.offsetX / (over.offsetWidth || 1), event.offsetY / (over.offsetHeight || 1)];
  if (lens?.part !== part) open(part, x, y, false);
  else { Object.assign(lens, { x, y }); place(); }
});

/** Keys of looking; true when one was. */
export const onVeil = (part, event) => {
  const key = event.key.toLowerCase();
  const step = steps[event.key];
  if (key === "v") {
    if (!event.repeat) reveal(manner() === "switch" ? !bench().classList.contains("revealed") : true);
    if (lens) clear();
  } else if (key === "l" && veiled(part)) {
    if (lens) clear();
    else { open(part, 0.5, 0.5, true); say(part, "looking at one place: arrows move it, Shift+arrows size it, L ends"); }
  } else if (lens?.byKey && lens.part === part && step) {
    if (event.shiftKey) lens.wide = clamp(lens.wide + (step[0] - step[1]) * 0.05, 0.05, 1);
    else { lens.x += step[0] * 0.05; lens.y += step[1] * 0.05; }
    place();
  } else if (lens && event.key === "Escape") clear();
  else return false;
  return true;
};
const letGo = () => { if (manner() !== "switch") reveal(false); };
document.addEventListener("keyup", (event) => { if (event.key.toLowerCase() === "v") letGo(); });
window.addEventListener("blur", () => { reveal(false); clear(); });
