// Passkeys by the browser's own credential API; the server makes the options and checks the answers.
const options = async (kind) => {
  const response = await fetch(`/account/passkeys/${kind}-options`, { method: "POST", headers: { "X-Requested-With": "fetch" } });
  if (!response.ok) throw new Error("The server gave no passkey options. Load the page again.");
  return response.json();
};

const problem = (element, error) => {
  const place = element.form?.querySelector('[data-passkey="problem"]');
  if (place) place.textContent = error.name === "NotAllowedError" ? "No passkey was used. Try again, or sign in with your password." : error.message;
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest('button[data-passkey]');
  if (!button) return;
  event.preventDefault();
  try {
    if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) throw new Error("This browser knows no passkeys. Use your password.");
    if (button.dataset.passkey === "sign-in") {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await options("request"));
      const credential = await navigator.credentials.get({ publicKey });
      button.form.querySelector('[data-login="credential"]').value = JSON.stringify(credential);
      button.form.querySelector('[data-login="email"]').value ||= "passkey@local";
    } else {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await options("creation"));
      const credential = await navigator.credentials.create({ publicKey });
      button.form.querySelector("[data-passkey-credential]").value = JSON.stringify(credential);
    }
    button.form.submit();
  } catch (error) {
    problem(button, error);
  }
});
