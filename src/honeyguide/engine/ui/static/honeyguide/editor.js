// An editor of HTML: tokens at the cursor, a preview that follows the typing, a question before words are lost.
// <form data-editor data-preview="/s/…" data-previews="names of the fields that it takes, else all">, a frame [data-preview-frame].
(() => {
  const form = document.querySelector("[data-editor]");
  if (!form) return;
  const frame = form.querySelector("[data-preview-frame]");
  const panel = frame.closest("[role=tabpanel]");
  const names = form.dataset.previews?.split(" ");
  let target = names && form.elements[names[0]];
  form.addEventListener("focusin", ({ target: field }) => { if (field.matches("textarea, input[type=text]")) target = field; });

  form.addEventListener("click", (event) => {
    const token = event.target.closest("[data-token]");
    if (token && target) {
      const { selectionStart: start, selectionEnd: end } = target;
      target.setRangeText(token.dataset.token, start ?? target.value.length, end ?? target.value.length, "end");
      target.focus();
      target.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  // The preview is a form post into the sandboxed frame, so that nothing of the content ever runs in this page.
  const preview = document.createElement("form");
  preview.method = "post";
  preview.action = form.dataset.preview;
  preview.target = frame.name;
  preview.hidden = true;
  document.body.append(preview);
  const show = () => {
    const sent = [...new FormData(form)].filter(([name]) => !names || name === "csrfmiddlewaretoken" || names.includes(name));
    const fields = sent.map(([name, value]) => {
      const input = document.createElement("textarea");
      input.name = name;
      input.value = value;
      return input;
    });
    preview.replaceChildren(...fields);
    preview.submit();
  };
  let timer;
  const soon = () => { clearTimeout(timer); timer = setTimeout(later, 400); };
  const later = () => {
    if (document.querySelector(":popover-open")) soon(); // what is loaded into the frame would close it
    else if (!panel?.hidden) show();
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  document.addEventListener("honeyguide:shown", soon);
  form.querySelector("[data-phone-width]")?.addEventListener("change", (event) => frame.classList.toggle("hg-frame-small", event.target.checked));

  if (!panel) soon();

  let dirty = false;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
})();
