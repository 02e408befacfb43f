// The filter editor: rows of glue, field, operator and value, kept as JSON in a hidden input, with a live count beside it.
(() => {
  const root = document.querySelector("[data-filter-editor]");
  if (!root) return;
  const catalogue = JSON.parse(document.getElementById("filter-catalogue").textContent);
  const input = root.querySelector("input[name=filters]");
  const list = root.querySelector("[data-rows]");
  const picker = root.querySelector("[data-picker]");
  const known = new Map(catalogue.groups.flatMap((group) => group.fields.map((field) => [`${field.object}:${field.field}`, field])));
  let filters = JSON.parse(input.value || "[]");

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

  // A filter as it is stored: the value lives in properties.filter.
  const valueOf = (filter) => filter.properties?.filter ?? filter.filter ?? null;
  const sourceOf = (filter) => known.get(`${filter.object || "lead"}:${filter.field}`);
  const takesList = (filter) => ["in", "!in"].includes(filter.operator) || (sourceOf(filter)?.type === "multiselect" && !["empty", "!empty"].includes(filter.operator));
  const setValue = (filter, value) => { filter.properties = { ...(filter.properties || {}), filter: value }; delete filter.filter; };

  let timer;
  const changed = () => {
    input.value = JSON.stringify(filters);
    clearTimeout(timer);
    timer = setTimeout(preview, 350);
  };
  const preview = () => {
    const target = root.dataset.preview;
    if (target) window.htmx?.ajax("POST", target, { target: "#filter-preview", swap: "innerHTML", source: root, values: { filters: input.value } });
  };

  const options = (select, pairs, chosen) => {
    for (const [value, label] of pairs) select.append(make("option", { value, text: label, selected: String(value) === String(chosen) }));
    return select;
  };

  // Several values: chips, and an input that adds one; from the options if there are some, else whatever is typed.
  const chips = (filter, source, name) => {
    const chosen = () => { const value = valueOf(filter); return Array.isArray(value) ? value : value ? String(value).split("|") : []; };
    const labels = new Map((source?.options || []).map(([value, label]) => [String(value), label]));
    const id = `values-${Math.random().toString(36).slice(2)}`;
    const box = make("div");
    const shown = make("div", { class: "d-flex flex-wrap gap-1 mb-1" });
    const field = make("input", { class: "form-control", list: labels.size ? id : null, placeholder: labels.size ? "Choose…" : "Type, then Enter", "aria-label": `${name}: add a value` });
    const draw = () => {
      shown.replaceChildren(...chosen().map((value) => {
        const remove = make("button", { type: "button", class: "btn-close ms-1", "aria-label": `Remove ${labels.get(String(value)) ?? value}` });
        remove.addEventListener("click", () => { setValue(filter, chosen().filter((other) => String(other) !== String(value))); draw(); changed(); });
        return make("span", { class: "badge bg-blue-lt d-inline-flex align-items-center" }, labels.get(String(value)) ?? String(value), remove);
      }));
    };
    const take = (strict) => {
      const typed = field.value.trim();
      if (!typed) return;
      const match = [...labels].find(([, label]) => label.toLowerCase() === typed.toLowerCase());
      if (labels.size && !match) return strict ? undefined : field.select();
      const value = match ? match[0] : typed;
      if (!chosen().map(String).includes(value)) setValue(filter, [...chosen(), value]);
      field.value = "";
      draw();
      changed();
    };
    field.addEventListener("input", (event) => { if (labels.size && event.inputType !== "insertText") take(true); else if ([...labels.values()].includes(field.value)) take(true); });
    field.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.ctrlKey) { event.preventDefault(); take(false); } });
    field.addEventListener("blur", () => take(true));
    box.append(shown, field);
    if (labels.size) box.append(make("datalist", { id }, ...[...labels.values()].map((label) => make("option", { value: label }))));
    draw();
    return box;
  };

  const valueWidget = (filter, name) => {
    const source = sourceOf(filter);
    const type = source?.type || filter.type;
    if (["empty", "!empty"].includes(filter.operator)) return make("span");
    if (takesList(filter)) return chips(filter, source, name);
    const value = valueOf(filter);
    const given = Array.isArray(value) ? value[0] ?? "" : value ?? "";
    let field;
    if (type === "boolean") {
      field = options(make("select", { class: "form-select" }), source?.options?.length ? source.options : [["1", "Yes"], ["0", "No"]], given === true ? "1" : given === false ? "0" : given);
    } else if (source?.options?.length && ["=", "!="].includes(filter.operator)) {
      field = options(make("select", { class: "form-select" }, make("option", { value: "", text: "Choose…" })), source.options, given);
    } else if (["date", "datetime"].includes(type)) {
      field = make("input", { class: "form-control", value: given, list: "date-words", placeholder: "2026-05-01, today, -7 days…" });
    } else {
      field = make("input", { class: "form-control", type: "text", inputmode: type === "number" ? "decimal" : null, value: given });
    }
    field.setAttribute("aria-label", `${name}: value`);
    const store = () => { setValue(filter, field.value); changed(); };
    field.addEventListener(field.nodeName === "SELECT" ? "change" : "input", store);
    if (type === "boolean" && value == null) setValue(filter, field.value);
    return field;
  };

  const row = (filter, at) => {
    const source = sourceOf(filter);
    const name = source?.label || filter.field;
    const glue = at === 0
      ? make("span", { class: "hg-filter-name text-secondary", text: "Where" })
      : options(make("select", { class: "form-select", "aria-label": `${name}: and or or` }), [["and", "and"], ["or", "or"]], filter.glue);
    if (at > 0) glue.addEventListener("change", () => { filter.glue = glue.value; draw(); changed(); });
    const operators = source?.operators || [filter.operator];
    if (!filter.operator) filter.operator = operators[0];
    const operator = options(make("select", { class: "form-select", "aria-label": `${name}: operator` }), operators.map((one) => [one, catalogue.operators[one] || one]), filter.operator);
    const element = make("div", { class: `hg-filter${at > 0 && filter.glue === "or" ? " hg-or" : ""}`, role: "group", "aria-label": `Filter ${at + 1}: ${name}` });
    let value = valueWidget(filter, name);
    operator.addEventListener("change", () => {
      const wasList = takesList(filter);
      filter.operator = operator.value;
      if (wasList !== takesList(filter)) { const old = valueOf(filter); setValue(filter, takesList(filter) ? (old ? [].concat(old) : []) : Array.isArray(old) ? old[0] ?? "" : old); }
      const next = valueWidget(filter, name);
      value.replaceWith(next);
      value = next;
      changed();
    });
    const remove = make("button", { type: "button", class: "btn btn-icon btn-ghost-secondary", "aria-label": `Remove filter ${at + 1}: ${name}` }, icon("trash"));
    remove.addEventListener("click", () => { filters.splice(at, 1); if (filters[0]) filters[0].glue = "and"; draw(); changed(); });
    const label = make("div", { class: "hg-filter-name" }, name, make("div", { class: "small text-secondary fw-normal", text: source ? source.group : "unknown field" }));
    element.append(glue, label, operator, value, remove);
    return element;
  };

  const draw = () => {
    list.replaceChildren(...filters.map(row));
    root.querySelector("[data-empty]").hidden = filters.length > 0;
  };

  const add = (field) => {
    const operator = field.operators[0];
    filters.push({ glue: "and", object: field.object, field: field.field, type: field.type, operator, properties: { filter: null } });
    picker.hidePopover();
    draw();
    changed();
    list.lastElementChild.querySelector("select[aria-label$=operator], input")?.focus();
  };

  const search = picker.querySelector("input");
  const choices = picker.querySelector("[data-choices]");
  const drawChoices = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    choices.replaceChildren();
    for (const group of catalogue.groups) {
      const found = group.fields.filter((field) => words.every((word) => `${field.label} ${field.field} ${group.label}`.toLowerCase().includes(word)));
      if (!found.length) continue;
      choices.append(make("div", { class: "dropdown-header", text: group.label }));
      for (const field of found) {
        const button = make("button", { type: "button", class: "dropdown-item", text: field.label });
        button.addEventListener("click", () => add(field));
        choices.append(button);
      }
    }
    if (!choices.children.length) choices.append(make("div", { class: "dropdown-item disabled", text: "No such field" }));
  };
  search.addEventListener("input", drawChoices);
  search.addEventListener("keydown", (event) => {
    const first = choices.querySelector("button");
    if (event.key === "Enter") { event.preventDefault(); first?.click(); }
    if (event.key === "ArrowDown") { event.preventDefault(); event.stopPropagation(); first?.focus(); }
  });
  picker.addEventListener("toggle", (event) => { if (event.newState === "open") { search.value = ""; drawChoices(); search.focus(); } });

  document.querySelector("[data-explain]")?.addEventListener("click", async (event) => {
    await window.htmx.ajax("POST", event.currentTarget.dataset.explain, { target: "#modal-body", swap: "innerHTML", values: { filters: input.value } });
    document.getElementById("modal").showModal();
  });

  for (const group of catalogue.groups) for (const field of group.fields) field.group = group.label;
  draw();
  document.addEventListener("DOMContentLoaded", () => setTimeout(preview, 50));
})();
