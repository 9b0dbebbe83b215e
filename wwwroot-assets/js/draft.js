// A note that is being typed while the connection drops never reached the server. This tab remembers it, gives it back
// when the connection is there again, and loads the page anew by itself when the server has started anew.
const key = (task) => `reviewstudio-note-${task}`;
const bench = () => document.querySelector(".workbench");
const note = () => document.querySelector("#bench-note");

document.addEventListener("input", (event) => {
  const task = event.target.id === "bench-note" && bench()?.dataset.task;
  if (task) sessionStorage.setItem(key(task), event.target.value);
});

const resend = () => {
  const task = bench()?.dataset.task;
  const kept = task && sessionStorage.getItem(key(task));
  const field = note();
  if (!kept || !field) return;
  field.value = kept;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

// Notes of tasks that are no longer on screen were answered, or are drafts on the server.
const forgetOthers = (task) => {
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith("reviewstudio-note-") && name !== key(task)) sessionStorage.removeItem(name);
  }
};

let shown = null;
new MutationObserver(() => {
  const task = bench()?.dataset.task ?? null;
  if (!task || task === shown || !note()) return;
  shown = task;
  resend();
  forgetOthers(task);
}).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-task"] });

const modal = document.getElementById("components-reconnect-modal");
if (modal) {
  let lost = false;
  new MutationObserver(() => {
    if (modal.classList.contains("components-reconnect-rejected")) location.reload();
    if (modal.classList.contains("components-reconnect-show")) lost = true;
    else if (lost && modal.classList.contains("components-reconnect-hide")) {
      lost = false;
      resend();
    }
  }).observe(modal, { attributes: true, attributeFilter: ["class"] });
}
