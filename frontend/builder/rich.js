// Text with its few tags, as the document keeps it. Only what is listed here gets in or out of the editor.
const TAGS = new Set(["a", "b", "strong", "i", "em", "u", "s", "sub", "sup", "br", "p", "ul", "ol", "li"]);
const INLINE = new Set(["a", "b", "strong", "i", "em", "u", "s", "sub", "sup", "br"]);
const AS = { div: "p", strike: "s", del: "s" };
const DROPPED = new Set(["script", "style", "template", "title", "noscript", "iframe", "object"]);
const ADDRESS = /^(?:https?:|mailto:|tel:|\{)/i;

const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

// The HTML of what is in the element; `inline` without paragraphs and lists.
export function tidy(element, inline) {
  return [...element.childNodes].map((node) => {
    if (node.nodeType === Node.TEXT_NODE) return escape(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE) return "";
    const name = node.localName;
    if (DROPPED.has(name)) return "";
    const tag = AS[name] || name;
    const inner = tidy(node, inline);
    if (!(inline ? INLINE : TAGS).has(tag)) return inner;
    if (tag === "br") return "<br>";
    const href = tag === "a" ? (node.getAttribute("href") || "").trim() : "";
    if (tag === "a" && !ADDRESS.test(href)) return inner;
    return `<${tag}${href ? ` href="${escape(href).replace(/"/g, "&quot;")}"` : ""}>${inner}</${tag}>`;
  }).join("");
}

// The same of HTML, which a document of its own reads: nothing of it runs or loads.
export function safe(html, inline) {
  const { body } = document.implementation.createHTMLDocument("");
  body.innerHTML = html;
  return tidy(body, inline);
}

export const asAddress = (text) => (!text || ADDRESS.test(text) ? text : text.includes("@") && !text.includes("/") ? `mailto:${text}` : `https://${text}`);

// The place of the cursor outlives a look at the buttons.
let kept = null;
document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  const node = selection.anchorNode;
  const inside = node && (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("[data-rich]");
  if (inside) kept = { range: selection.getRangeAt(0).cloneRange(), element: inside };
});

// Does it to what was selected last in this block. Browsers have nothing newer that keeps the cursor where it is.
export function format(id, command, value) {
  const element = document.querySelector(`[data-block="${id}"] [data-rich]`);
  if (!element) return;
  element.focus();
  const selection = document.getSelection();
  if (kept?.element === element && kept.range.startContainer.isConnected) {
    selection.removeAllRanges();
    selection.addRange(kept.range);
  } else if (!element.contains(selection.anchorNode)) {
    selection.selectAllChildren(element);
    selection.collapseToEnd();
  }
  document.execCommand("styleWithCSS", false, false);
  document.execCommand(command, false, value);
}
