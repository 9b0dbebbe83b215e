// Viewers of images, sound and video in the workbench: one listener hands keys to the viewer of the chosen part. Only what
// is marked as rationale is told to the page.
import { all, choose, current } from "./media-parts.js";
import { onImage } from "./media-image.js";
import { onPlayer } from "./media-player.js";
import { onVeil } from "./media-veil.js";

const turnTo = (part, back) => {
  const list = all();
  choose(list[(list.indexOf(part) + (back ? list.length - 1 : 1)) % list.length]);
  current().scrollIntoView({ block: "nearest" });
};
const handle = (part, event) => {
  if (event.key === "PageDown" || event.key === "PageUp") turnTo(part, event.key === "PageUp");
  else if (event.key === "Delete") part.querySelector(".media-marks li:last-child [data-unmark]")?.click();
  else return onVeil(part, event) || (part.dataset.media === "image" ? onImage(part, event) : onPlayer(part, event));
  return true;
};

document.addEventListener("keydown", (event) => {
  const part = current();
  if (!part || event.ctrlKey || event.altKey || event.metaKey || event.target.closest?.("input, textarea, select, [contenteditable], [role=dialog]")) return;
  // A button that has the focus is pressed by these, whatever plays.
  if ((event.key === " " || event.key === "Enter") && event.target.closest?.("button, a, summary")) return;
  // A key that is a label's stays the label's.
  if ([...document.querySelectorAll(".label-button kbd")].some((k) => k.textContent.trim().toLowerCase() === event.key.toLowerCase())) return;
  if (handle(part, event)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);
document.addEventListener("focusin", (event) => {
  const part = event.target.closest?.(".media-part[data-media]");
  if (part) choose(part);
});
// The keys below a viewer are its buttons as well. They never take the focus by the mouse, so the next key is the viewer's.
document.addEventListener("mousedown", (event) => { if (event.target.closest?.("[data-media-key]")) event.preventDefault(); });
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-media-key]");
  const part = button?.closest(".media-part") ?? current();
  if (button && part) handle(part, { key: button.dataset.mediaKey, shiftKey: false, repeat: false });
});
