// What works on every page by attribute alone.
import "./passkeys.js";
import "./workbench.js";
import "./media.js";
import "./draft.js";

document.addEventListener("click", (event) => {
  const demo = event.target.closest("[data-demo-email]");
  if (demo) {
    const field = (name) => document.querySelector(`[data-login="${name}"]`);
    field("email").value = demo.dataset.demoEmail;
    field("password").value = demo.dataset.demoPassword;
    field("email").form.requestSubmit();
  }

  const copy = event.target.closest("[data-copy]");
  if (copy && navigator.clipboard) {
    navigator.clipboard.writeText(copy.dataset.copy).then(() => {
      copy.classList.add("copied");
      setTimeout(() => copy.classList.remove("copied"), 900);
    });
  }
});
