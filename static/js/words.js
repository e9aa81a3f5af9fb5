// What the search boxes share: elements, and words for screen readers: what changed, and which words are Chinese. The
// texts are on the live region of the page.

const HAN = /([\u3400-\u9fff\uf900-\ufaff]+)/;
const region = document.querySelector("[data-announce]");

export function announce(text, within = region) {
  within.textContent = "";
  // A text that is set twice is announced once, unless it was empty in between.
  setTimeout(() => { within.textContent = text; }, 50);
}

export const results = (count) => (count === 1 ? region.dataset.one : region.dataset.many.replace("0", count));

export const failed = () => region.dataset.failed;

// "Wang Meijie added" or "Wang Meijie removed".
export const changeText = (change, name) => region.dataset[change].replace("{}", () => name);

// The text as nodes in which Chinese words are marked.
export function markChinese(text, lang) {
  return text.split(HAN).filter(Boolean).map((part) => {
    if (!HAN.test(part)) return part;
    return Object.assign(document.createElement("span"), { lang: lang || "zh-Hans", textContent: part });
  });
}

// An element with the attributes that are neither undefined nor null.
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  Object.entries(attributes).filter(([, value]) => value != null).forEach(([name, value]) => element.setAttribute(name, value));
  element.append(...children);
  return element;
}
