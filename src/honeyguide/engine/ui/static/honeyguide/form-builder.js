// The form builder: fields and actions as lists of cards, kept as JSON in hidden inputs, with a preview that the server draws.
(() => {
  const root = document.querySelector("[data-form-builder]");
  if (!root) return;
  const known = JSON.parse(document.getElementById("form-kinds").textContent);
  const told = root.querySelector("[data-told]");
  let made = 0;

  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === false || value == null) continue;
      if (key === "text") element.textContent = value;
      else element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  };
  const icon = (name) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${root.dataset.icons}#${name}`);
    svg.append(use);
    return svg;
  };
  const button = (label, name, run) => {
    const element = make("button", { type: "button", class: "btn btn-icon btn-ghost-secondary", "aria-label": label, title: label }, icon(name));
    element.addEventListener("click", (event) => { event.preventDefault(); run(); });
    return element;
  };

  // --- values: dots lead into maps ---
  const read = (entry, path) => path.split(".").reduce((value, key) => (value && typeof value === "object" && !Array.isArray(value) ? value[key] : undefined), entry);
  const write = (entry, path, value) => {
    const keys = path.split("."), last = keys.pop();
    let map = entry;
    for (const key of keys) {
      if (!map[key] || typeof map[key] !== "object" || Array.isArray(map[key])) map[key] = {};
      map = map[key];
    }
    map[last] = value;
  };
  const asLines = (list) => (Array.isArray(list) ? list : []).map((one) => (typeof one === "object" ? (one.value === one.label ? one.label : `${one.value}|${one.label}`) : one)).join("\n");
  const fromLines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
    const [value, ...label] = line.split("|");
    return { value, label: label.join("|") || value };
  });

  // One labelled control for a setting of an entry.
  const control = (entry, setting, changed) => {
    const id = `set-${++made}`, value = read(entry, setting.name);
    const store = (next) => { write(entry, setting.name, next); changed(); };
    if (setting.kind === "flag") {
      const box = make("input", { type: "checkbox", class: "form-check-input", id });
      box.checked = [true, 1, "1"].includes(value ?? setting.initial);
      box.addEventListener("change", () => store(setting.asBoolean ? box.checked : box.checked ? 1 : 0));
      return make("label", { class: "form-check mb-2", for: id }, box, make("span", { class: "form-check-label", text: setting.label }));
    }
    let input;
    if (setting.kind === "long" || setting.kind === "choices") {
      input = make("textarea", { class: "form-control", rows: 4, id });
      input.value = setting.kind === "choices" ? asLines(value) : value ?? "";
      input.addEventListener("input", () => store(setting.kind === "choices" ? fromLines(input.value) : input.value));
    } else if (setting.options || known.lists[setting.kind]) {
      input = make("select", { class: "form-select", id, multiple: setting.several, size: setting.several ? 4 : null });
      const chosen = (Array.isArray(value) ? value : [value]).map(String);
      if (!setting.several) input.append(make("option", { value: "", text: "–" }));
      for (const [key, label] of setting.options || known.lists[setting.kind]) input.append(make("option", { value: key, text: label, selected: chosen.includes(String(key)) }));
      input.addEventListener("change", () => store(setting.several ? [...input.selectedOptions].map((one) => one.value) : input.value));
    } else {
      input = make("input", { class: "form-control", id, type: setting.kind === "number" ? "number" : "text" });
      input.value = setting.kind === "words" && Array.isArray(value) ? value.join(", ") : value ?? "";
      input.addEventListener("input", () => store(setting.kind === "words" ? input.value.split(",").map((one) => one.trim()).filter(Boolean) : input.value));
    }
    const help = setting.kind === "choices" ? make("small", { class: "form-hint", text: "One a line; value|label where they differ." }) : "";
    return make("div", { class: "mb-2" }, make("label", { class: "form-label", for: id, text: setting.label }), input, help);
  };

  // --- a list of cards ---
  const editor = (name, describe, kinds, create) => {
    const box = root.querySelector(`[data-entries=${name}]`);
    const input = box.querySelector("input[type=hidden]"), list = box.querySelector("[data-rows]");
    const picker = box.querySelector("[data-picker]");
    const entries = JSON.parse(input.value || "[]");
    const self = { entries, draw, changed };
    let dragged = null;
    entries.forEach((entry) => { entry.key = entry.key || String(entry.id); });

    function changed() {
      input.value = JSON.stringify(entries);
      preview();
    }
    function move(from, to, focus) {
      if (to < 0 || to >= entries.length || from === to) return;
      entries.splice(to, 0, entries.splice(from, 1)[0]);
      draw();
      changed();
      told.textContent = `${describe(entries[to]).title}: now ${to + 1} of ${entries.length}.`;
      if (focus) list.children[to].querySelector("summary").focus();
    }
    function card(entry, at) {
      const shown = describe(entry);
      const title = make("span", { class: "fw-medium text-truncate", text: shown.title });
      const summary = make("summary", { class: "d-flex align-items-center gap-2 p-2" }, icon(shown.icon), title, make("span", { class: "text-secondary small", text: shown.kind }));
      const tools = make("span", { class: "hg-tools d-flex" },
        button(`Move up: ${shown.title}`, "arrow-up", () => move(at, at - 1, true)),
        button(`Move down: ${shown.title}`, "arrow-down", () => move(at, at + 1, true)),
        button(`Copy: ${shown.title}`, "copy", () => {
          const copy = { ...structuredClone(entry), key: `n${++made}`, alias: "" };
          delete copy.id;
          entries.splice(at + 1, 0, copy);
          draw();
          changed();
        }),
        button(`Remove: ${shown.title}`, "trash", () => {
          const [gone] = entries.splice(at, 1);
          draw();
          changed();
          undo(gone, at);
        }));
      const body = make("div", { class: "p-3 border-top" });
      const details = make("details", { class: "card mb-2" }, summary, body);
      details.open = Boolean(entry.open);
      const refresh = () => { title.textContent = describe(entry).title; changed(); };
      const fill = () => { if (!body.children.length) body.append(...shown.settings.map((setting) => control(entry, setting, refresh))); };
      if (details.open) fill();
      details.addEventListener("toggle", () => { if (details.open) fill(); });
      summary.addEventListener("keydown", (event) => {
        if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
        event.preventDefault();
        move(at, at + (event.key === "ArrowUp" ? -1 : 1), true);
      });
      const item = make("li", { draggable: "true", class: "hg-entry" }, details, tools);
      item.addEventListener("dragstart", (event) => {
        if (details.open) { event.preventDefault(); return; }
        dragged = at;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", shown.title);
      });
      item.addEventListener("dragover", (event) => { if (dragged !== null) event.preventDefault(); });
      item.addEventListener("drop", (event) => { event.preventDefault(); if (dragged !== null) move(dragged, at); dragged = null; });
      item.addEventListener("dragend", () => { dragged = null; });
      return item;
    }
    function undo(gone, at) {
      const again = make("button", { type: "button", class: "btn btn-sm ms-2", text: "Put it back" });
      const note = make("li", { class: "text-secondary mb-2" }, `Removed “${describe(gone).title}”.`, again);
      again.addEventListener("click", () => { entries.splice(at, 0, gone); draw(); changed(); });
      list.append(note);
      again.focus();
    }
    function draw() {
      list.replaceChildren(...entries.map(card));
      box.querySelector("[data-empty]").hidden = entries.length > 0;
      entries.forEach((entry) => { delete entry.open; });
    }
    function drawChoices() {
      picker.querySelector("[data-choices]").replaceChildren(...kinds().map((kind) => {
        const choice = make("button", { type: "button", class: "dropdown-item" }, icon(kind.icon || "bolt"), kind.label);
        choice.addEventListener("click", () => {
          const entry = { ...create(kind), key: `n${++made}`, open: true };
          const buttonAt = entries.findIndex((one) => one.type === "button");
          if (name === "fields" && entry.type !== "button" && buttonAt === entries.length - 1 && buttonAt >= 0) entries.splice(buttonAt, 0, entry);
          else entries.push(entry);
          picker.hidePopover();
          draw();
          changed();
          list.querySelector("details[open] input, details[open] textarea")?.focus();
        });
        return choice;
      }));
    }
    picker.addEventListener("beforetoggle", drawChoices);
    draw();
    return self;
  };

  // --- fields ---
  const fieldKinds = new Map(known.fields.map((kind) => [kind.type, kind]));
  let fields = null;
  const parents = (entry) => (fields ? fields.entries : []).filter((one) => one !== entry && fieldKinds.get(one.type)?.may_be_parent).map((one) => [one.key, one.label]);
  const fieldSettings = (entry, kind) => {
    const found = [{ name: "label", label: "Label" }, ...kind.settings];
    if (kind.asks) {
      found.push({ name: "isRequired", label: "An answer is required", kind: "flag", asBoolean: true }, { name: "validationMessage", label: "Message when it is missing" });
      found.push({ name: "helpMessage", label: "Help" }, { name: "defaultValue", label: "Filled in to begin with" });
      found.push({ name: "showLabel", label: "Show the label", kind: "flag", asBoolean: true, initial: true }, { name: "saveResult", label: "Keep the answer", kind: "flag", asBoolean: true, initial: true });
    }
    if (kind.mapped) {
      found.push({ name: "mappedObject", label: "The answer goes to a field of", options: [["contact", "the contact"], ["company", "the company"]] });
      found.push({ name: "mappedField", label: "Field", options: [...known.mapped.contact, ...known.mapped.company] });
      found.push({ name: "isAutoFill", label: "Fill in what is known of the visitor", kind: "flag", asBoolean: true });
      found.push({ name: "showWhenValueExists", label: "Ask also who has answered", kind: "flag", asBoolean: true, initial: true });
      found.push({ name: "showAfterXSubmissions", label: "Ask only after so many submissions", kind: "number" }, { name: "alwaysDisplay", label: "Always ask", kind: "flag", asBoolean: true });
    }
    if (parents(entry).length) {
      found.push({ name: "parent", label: "Ask only depending on", options: parents(entry) });
      found.push({ name: "conditions.expr", label: "when the answer is", options: [["in", "one of"], ["notIn", "none of"]] }, { name: "conditions.values", label: "these values", kind: "words" });
      found.push({ name: "conditions.any", label: "any answer", kind: "flag" });
    }
    found.push({ name: "inputAttributes", label: "Attributes of the input" }, { name: "containerAttributes", label: "Attributes around it" });
    return found;
  };
  const describeField = (entry) => {
    const kind = fieldKinds.get(entry.type) || { label: entry.type, icon: "puzzle", settings: [] };
    return { title: entry.label || kind.label, kind: kind.label + (entry.isRequired ? ", required" : ""), icon: kind.icon, settings: fieldSettings(entry, kind) };
  };

  // --- actions: those of contacts are not for campaign forms ---
  const actionKinds = new Map(known.actions.map((kind) => [kind.type, kind]));
  const isCampaign = () => root.querySelector("[name=formType]")?.value === "campaign";
  const describeAction = (entry) => {
    const kind = actionKinds.get(entry.type) || { label: entry.type, settings: [] };
    const settings = kind.settings.map((setting) => ({ ...setting, name: `properties.${setting.name}` }));
    if (entry.type === "form.repost") {
      for (const field of fields?.entries || []) if (field.alias) settings.push({ name: `properties.${field.alias}`, label: `Name of “${field.label}” there` });
    }
    return { title: entry.name || kind.label, kind: entry.name && entry.name !== kind.label ? kind.label : "", icon: "bolt", settings: [{ name: "name", label: "Name" }, ...settings] };
  };

  // --- preview: a frame of its own each time, so that it leaves nothing in the history ---
  let timer, waiting = true;
  function preview() {
    if (waiting) return;
    clearTimeout(timer);
    timer = setTimeout(drawPreview, 400);
  }
  function drawPreview() {
    if (root.querySelector("[data-picker]:popover-open")) { preview(); return; } // a new frame would close it
    const place = root.querySelector("[data-preview]");
    const frame = make("iframe", { name: `preview-${++made}`, title: "Preview of the form", class: "hg-frame w-100", height: 480 });
    place.replaceChildren(frame);
    const post = make("form", { method: "post", action: place.dataset.preview, target: frame.name, hidden: true });
    const values = { csrfmiddlewaretoken: root.querySelector("[name=csrfmiddlewaretoken]").value, fields: JSON.stringify(fields.entries) };
    if (root.querySelector("[name=renderStyle]")?.checked) values.renderStyle = "1";
    for (const [name, value] of Object.entries(values)) post.append(make("input", { type: "hidden", name, value }));
    document.body.append(post);
    post.submit();
    post.remove();
  }

  fields = editor("fields", describeField, () => known.fields, (kind) => ({ type: kind.type, label: kind.label, showLabel: true, saveResult: true, properties: {}, validation: {}, conditions: {} }));
  fields.draw();
  editor("actions", describeAction, () => known.actions.filter((kind) => !isCampaign() || kind.onCampaignForms), (kind) => ({ type: kind.type, name: kind.label, properties: {} }));
  waiting = false;
  drawPreview();
})();
