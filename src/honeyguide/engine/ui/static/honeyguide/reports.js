// The form of reports: each filter offers the conditions and suggestions that its column has.
(() => {
  const fit = (row) => {
    const [column, condition, value] = ["filter_column", "filter_condition", "filter_value"].map((name) => row.querySelector(`[name="${name}"]`));
    const { kind, conditions } = column.selectedOptions[0]?.dataset || {};
    const offered = (conditions || "").split(" ");
    for (const option of condition.options) option.hidden = option.disabled = Boolean(conditions) && !offered.includes(option.value);
    if (condition.selectedOptions[0]?.disabled) condition.value = offered[0];
    value.setAttribute("list", `suggest-${(kind || "").toLowerCase().replace(/[^a-z0-9_-]/g, "")}`);
    value.hidden = ["empty", "notEmpty"].includes(condition.value);
  };
  const fitAll = () => document.querySelectorAll("[data-filter]").forEach(fit);
  document.addEventListener("change", (event) => {
    const row = event.target.closest("[data-filter]");
    if (row) fit(row);
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-add]")) fitAll(); });
  document.addEventListener("htmx:afterSettle", fitAll);
  fitAll();
})();
