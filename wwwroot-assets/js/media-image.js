// Images: zoom, pan, rotate, and boxes as rationale, in parts of the upright picture's width and height.
import { choose, clamp, mark, steps } from "./media-parts.js";

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

let box = null;
const draw = () => {
  const glass = box.part.querySelector(".media-glass");
  const shown = glass.querySelector(".media-box.open") ?? glass.appendChild(Object.assign(document.createElement("div"), { className: "media-box open" }));
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
document.addEventListener("wheel", (event) => {
  const part = event.ctrlKey ? event.target.closest?.(".media-part[data-media=image]") : null;
  if (!part || !event.target.closest(".media-stage")) return;
  event.preventDefault();
  zoom(part, event.deltaY < 0 ? 1.25 : 0.8);
}, { passive: false });

const alter = (step, event) => {
  const [dx, dy] = [step[0] * 0.02, step[1] * 0.02];
  if (event.shiftKey) {
    box.right = clamp(box.right + dx, box.left + 0.01, 1);
    box.bottom = clamp(box.bottom + dy, box.top + 0.01, 1);
  } else {
    const [x, y] = [clamp(dx, -box.left, 1 - box.right), clamp(dy, -box.top, 1 - box.bottom)];
    Object.assign(box, { left: box.left + x, right: box.right + x, top: box.top + y, bottom: box.bottom + y });
  }
  draw();
};

/** Keys of an image; true when one was. */
export const onImage = (part, event) => {
  const step = steps[event.key];
  if (box && !box.part.isConnected) box = null;
  if (box && step) alter(step, event);
  else if (box && event.key === "Enter") keep();
  else if (box && event.key === "Escape") drop();
  else if (event.key.toLowerCase() === "x") { box = { part, left: 0.4, right: 0.6, top: 0.4, bottom: 0.6 }; draw(); }
  else if (step) { const v = view(part); v.x -= step[0] * 40; v.y -= step[1] * 40; place(part); }
  else if (event.key === "+" || event.key === "=") zoom(part, 1.25);
  else if (event.key === "-") zoom(part, 0.8);
  else if (event.key === "0") zoom(part, 0);
  else if (event.key.toLowerCase() === "r") { view(part).turn += 90; place(part); }
  else return false;
  return true;
};
