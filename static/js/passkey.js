// Passkeys: a form[data-passkey] loads the options from the server, asks the browser for a passkey, and submits the
// result. data-passkey is the URL of the options; with data-make a new passkey is created. Codes work without script.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));

function text(buffer) {
  const raw = [...new Uint8Array(buffer)].map((byte) => String.fromCharCode(byte)).join("");
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const decodeIds = (list) => (list ?? []).map((entry) => ({ ...entry, id: bytes(entry.id) }));

function decodeOptions(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (options.user) publicKey.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) publicKey.excludeCredentials = decodeIds(options.excludeCredentials);
  if (options.allowCredentials) publicKey.allowCredentials = decodeIds(options.allowCredentials);
  return { publicKey };
}

function encodeCredential(credential) {
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

async function requestCredential(form) {
  const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf]").content, Accept: "application/json" };
  const reply = await fetch(form.dataset.passkey, { method: "POST", headers });
  if (!reply.ok) throw new Error(`options: ${reply.status}`);
  const options = decodeOptions(await reply.json());
  return "make" in form.dataset ? navigator.credentials.create(options) : navigator.credentials.get(options);
}

async function run(form, note) {
  note.hidden = true;
  try {
    form.elements.passkey.value = encodeCredential(await requestCredential(form));
  } catch {
    // Canceled, no passkey on this device, or the session has ended: show the note; codes still work.
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
