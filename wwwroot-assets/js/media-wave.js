// The waveform of a sound or video: drawn by wavesurfer.js from the stored peaks, so that no length of sound is decoded
// here. Its regions show what is marked and where speech is; what is marked is kept by the page, never by the drawing.
import { lengthOf, mark, move, player } from "./media-parts.js";

const drawn = new Map();
let library = null;
const load = () => (library ??= Promise.all([import("./wavesurfer/wavesurfer.esm.js"), import("./wavesurfer/regions.esm.js")]));
const colours = (element) => {
  const of = (name) => getComputedStyle(element).getPropertyValue(name).trim();
  return { waveColor: of("--text-muted"), progressColor: of("--accent"), cursorColor: of("--text") };
};
// The page may build a part anew while its peaks are on the way: the last answer is kept for it.
let asked = { address: "", peaks: null };
const fetchPeaks = async (address) => {
  const answer = address ? await fetch(address) : null;
  const peaks = answer?.ok ? await answer.json() : [];
  return peaks.length ? peaks : [0, 0];
};
const peaksOf = ({ dataset: { peaks: address = "" } }) => {
  if (asked.address !== address || !asked.peaks) asked = { address, peaks: fetchPeaks(address) };
  asked.peaks.catch(() => (asked = { address: "", peaks: null }));
  return asked.peaks;
};
const toMilliseconds = (region) => [Math.round(region.start * 1000), Math.round(region.end * 1000)];

/** Draws a part's waveform once. Without the library the browser's own controls are shown. */
export const wave = async (part) => {
  const ground = part.querySelector(".media-wave");
  if (!ground || ground.dataset.drawn) return;
  ground.dataset.drawn = "yes";
  for (const [old, surfer] of drawn) {
    if (!old.isConnected) { surfer.destroy(); drawn.delete(old); }
  }
  let modules;
  try {
    modules = await load();
  } catch {
    part.classList.add("plain");
    player(part).controls = true;
    return;
  }
  const peaks = await peaksOf(part);
  if (!part.isConnected) return;
  const regions = modules[1].default.create();
  const surfer = modules[0].default.create({
    container: ground, media: player(part), peaks: [peaks], duration: lengthOf(part), height: ground.clientHeight || 64, normalize: true, minPxPerSec: 0, plugins: [regions], ...colours(ground),
  });
  drawn.set(part, surfer);
  surfer.on("ready", () => {
    for (const [start, end] of JSON.parse(part.dataset.speech || "[]")) {
      regions.addRegion({ id: `speech-${start}`, start: start / 1000, end: end / 1000, drag: false, resize: false, color: "color-mix(in srgb, var(--accent) 16%, transparent)" }).element.style.pointerEvents = "none";
    }
    show(part, regions);
    new MutationObserver(() => show(part, regions)).observe(part.querySelector(".media-marks"), { childList: true, subtree: true, attributes: true });
    regions.enableDragSelection({ color: "color-mix(in srgb, var(--warn) 35%, transparent)" });
  });
  regions.on("region-created", (region) => {
    if (/^(speech|mark)-/.test(region.id)) return;
    const [start, end] = toMilliseconds(region);
    region.remove();
    if (end > start) mark(part, "TimeRange", start, end);
  });
  regions.on("region-updated", (region) => {
    const was = region.id.match(/^mark-(\d+)-(\d+)$/)?.slice(1).map(Number);
    if (was) move(part, was, toMilliseconds(region));
  });
  part.dispatchEvent(new CustomEvent("media-drawn", { bubbles: true }));
};

/** Puts the page's marks on the waveform. */
const show = (part, regions) => {
  const wanted = new Map([...part.querySelectorAll("[data-mark]")].map((m) => [`mark-${m.dataset.start}-${m.dataset.end}`, m]));
  for (const region of regions.getRegions()) {
    if (region.id.startsWith("mark-") && !wanted.delete(region.id)) region.remove();
  }
  for (const [id, { dataset }] of wanted) {
    regions.addRegion({ id, start: dataset.start / 1000, end: dataset.end / 1000, color: "color-mix(in srgb, var(--warn) 35%, transparent)" });
  }
};

/** Draws longer or shorter; 0 fits all of it again. */
export const stretch = (part, factor) => {
  const surfer = drawn.get(part);
  if (!surfer) return;
  const fit = surfer.getWidth() / lengthOf(part);
  const now = Math.max(fit, surfer.options.minPxPerSec);
  surfer.zoom(factor === 0 ? 0 : Math.min(Math.max(now * factor, fit), 1000));
};

new MutationObserver(() => drawn.forEach((surfer) => surfer.setOptions(colours(surfer.getWrapper()))))
  .observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
