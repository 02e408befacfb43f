// The e-mail editor, beside what editor.js does: plain text from HTML, lists by kind.
(() => {
  const form = document.getElementById("email-form");
  if (!form) return;
  const html = document.getElementById("customHtml");

  form.querySelector("[data-plain-text]").addEventListener("click", async (event) => {
    const body = new URLSearchParams({ customHtml: html.value, csrfmiddlewaretoken: form.querySelector("[name=csrfmiddlewaretoken]").value });
    const answer = await fetch(event.currentTarget.dataset.plainText, { method: "POST", body });
    if (answer.ok) document.getElementById("plainText").value = await answer.text();
  });

  form.addEventListener("change", (event) => {
    if (event.target.name === "emailType") form.querySelector("[data-lists]").hidden = event.target.value !== "list";
  });
})();
