// The form of text messages: how many parts the text takes, and segments only where they count.
(() => {
  const form = document.getElementById("sms-form");
  if (!form) return;
  const text = form.querySelector("#message");
  const shown = form.querySelector("[data-count]");
  // What a part holds: the alphabet of GSM, some of whose characters count twice, or else UTF-16.
  const plain = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/;

  const count = () => {
    const isPlain = plain.test(text.value);
    const length = isPlain ? text.value.length + (text.value.match(/[\^{}\\[~\]|€]/g) || []).length : text.value.length;
    const [one, each] = isPlain ? [160, 153] : [70, 67];
    const parts = length <= one ? 1 : Math.ceil(length / each);
    shown.textContent = `${length} characters, ${parts} part${parts === 1 ? "" : "s"}.`;
  };

  text.addEventListener("input", count);
  form.addEventListener("change", (event) => {
    if (event.target.name === "smsType") form.querySelector("[data-lists]").hidden = event.target.value !== "list";
  });
  count();
})();
