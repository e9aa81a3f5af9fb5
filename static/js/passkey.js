// Passkeys: a form[data-passkey] asks the server what to ask, the browser for a passkey, and sends what it answers.
// data-passkey is the address of the options; data-make says that a new passkey is wanted. All else works without.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));

function text(buffer) {
  const raw = [...new Uint8Array(buffer)].map((byte) => String.fromCharCode(byte)).join("");
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const named = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

function prepared(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (options.user) publicKey.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) publicKey.excludeCredentials = named(options.excludeCredentials);
  if (options.allowCredentials) publicKey.allowCredentials = named(options.allowCredentials);
  return { publicKey };
}

function answerOf(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const present = parts.filter((name) => response[name]).map((name) => [name, text(response[name])]);
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: Object.fromEntries(present),
    clientExtensionResults: {},
  });
}

async function ask(form) {
  const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf]").content, Accept: "application/json" };
  const answer = await fetch(form.dataset.passkey, { method: "POST", headers });
  if (!answer.ok) throw new Error(`options: ${answer.status}`);
  const options = prepared(await answer.json());
  return "make" in form.dataset ? navigator.credentials.create(options) : navigator.credentials.get(options);
}

async function run(form, note) {
  note.hidden = true;
  try {
    form.elements.passkey.value = answerOf(await ask(form));
  } catch {
    // Canceled, no passkey on this device, or the session is over: the page says so, and codes still work.
    note.hidden = false;
    return;
  }
  form.requestSubmit();
}

export function begin(within) {
  within.querySelectorAll("form[data-passkey]:not([data-on])").forEach((form) => {
    form.dataset.on = "1";
    const button = form.querySelector("[data-passkey-go]"), note = form.querySelector("[data-passkey-note]");
    if (!button) return;
    button.hidden = !window.PublicKeyCredential;
    button.addEventListener("click", () => run(form, note));
  });
}

export const start = () => begin(document);
