// One listener for the workbench's keys, and the selection that becomes a span. The page decides what a key does.
let page = null;

const typing = (element) => element?.closest?.("input, textarea, select, [contenteditable]") && !element.closest("[data-workbench-keys]");

document.addEventListener("keydown", (event) => {
  if (!page || event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
  if (typing(event.target)) {
    if (event.key === "Escape") {
      event.target.blur();
      event.preventDefault();
    }
    return;
  }
  if (event.key.length === 1 || event.key === "Escape") {
    const onButton = event.target.closest?.("button, a") && event.key === " ";
    if (onButton) return;
    if (event.key === "/" || event.key === " ") event.preventDefault();
    if (event.key.toLowerCase() === "n") {
      // Here and at once: what is typed next belongs into the note, however far away the server is.
      event.preventDefault();
      document.querySelector("#bench-note")?.focus({ preventScroll: true });
      return;
    }
    const marked = event.key.toLowerCase() === "h" ? selection() : null;
    page.invokeMethodAsync("KeyAsync", event.key, marked, document.querySelector(".workbench")?.dataset.task ?? null);
  }
});

// UTF-16 offsets of the selection in the text part that it lies in; null when there is none.
const selection = () => {
  const chosen = getSelection();
  if (!chosen || chosen.isCollapsed || chosen.rangeCount === 0) return null;
  const range = chosen.getRangeAt(0);
  const place = (node, offset) => {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const segment = element?.closest("[data-start]");
    return segment ? { part: Number(segment.closest("[data-part]").dataset.part), at: Number(segment.dataset.start) + offset } : null;
  };
  const from = place(range.startContainer, range.startOffset);
  const to = place(range.endContainer, range.endOffset);
  chosen.removeAllRanges();
  return from && to && from.part === to.part && to.at > from.at ? { part: from.part, start: from.at, end: to.at } : null;
};

window.studioWorkbench = {
  attach(reference) { page = reference; document.body.dataset.keys = 'workbench'; },
  detach() { page = null; delete document.body.dataset.keys; },
  mark(mark) { page?.invokeMethodAsync("MarkAsync", mark, document.querySelector(".workbench")?.dataset.task ?? null); },
  move(from, to) { page?.invokeMethodAsync("MoveMarkAsync", from, to, document.querySelector(".workbench")?.dataset.task ?? null); },
  top(selector) { document.querySelector(selector)?.scrollTo({ top: 0 }); },
};
