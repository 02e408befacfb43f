// The e-mail editor: tokens at the cursor, a preview that follows the typing, plain text from HTML, lists by kind.
(() => {
  const form = document.getElementById("email-form");
  if (!form) return;
  const html = document.getElementById("customHtml");
  const subject = form.querySelector("[name=subject]");
  const frame = document.getElementById("email-preview");
  let target = html;
  for (const field of [html, subject, document.getElementById("plainText")]) field?.addEventListener("focus", () => { target = field; });

  form.addEventListener("click", (event) => {
    const token = event.target.closest("[data-token]");
    if (token) {
      const { selectionStart: start, selectionEnd: end } = target;
      target.setRangeText(token.dataset.token, start ?? target.value.length, end ?? target.value.length, "end");
      target.focus();
      target.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  // The preview is a form post into the sandboxed frame, so that nothing of the e-mail ever runs in this page.
  const preview = document.createElement("form");
  preview.method = "post";
  preview.action = "/s/emails/preview";
  preview.target = "email-preview";
  preview.hidden = true;
  document.body.append(preview);
  const show = () => {
    const values = { csrfmiddlewaretoken: form.querySelector("[name=csrfmiddlewaretoken]").value, customHtml: html.value, subject: subject.value, contact: document.getElementById("preview-contact").value };
    preview.replaceChildren(...Object.entries(values).map(([name, value]) => { const input = document.createElement("textarea"); input.name = name; input.value = value; return input; }));
    preview.submit();
  };
  let timer;
  const soon = () => { clearTimeout(timer); timer = setTimeout(() => { if (!document.getElementById("panel-preview").hidden) show(); }, 400); };
  form.addEventListener("input", soon);
  document.addEventListener("honeyguide:shown", soon);
  document.getElementById("preview-small").addEventListener("change", (event) => frame.classList.toggle("hg-frame-small", event.target.checked));

  form.querySelector("[data-plain-text]").addEventListener("click", async (event) => {
    const body = new URLSearchParams({ customHtml: html.value, csrfmiddlewaretoken: form.querySelector("[name=csrfmiddlewaretoken]").value });
    const answer = await fetch(event.currentTarget.dataset.plainText, { method: "POST", body });
    if (answer.ok) document.getElementById("plainText").value = await answer.text();
  });

  form.addEventListener("change", (event) => {
    if (event.target.name === "emailType") form.querySelector("[data-lists]").hidden = event.target.value !== "list";
  });

  // Leaving with unsaved words asks first.
  let dirty = false;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
})();
