// The form of the chosen step or source, made from what the kind of step declares.
import { hourOf, SOURCES } from "./drawing.js";

const UNITS = [["i", "minutes"], ["h", "hours"], ["d", "days"], ["m", "months"], ["y", "years"]];
const DAYS = ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"];
const MODES = [["immediate", "at once"], ["interval", "after some time"], ["date", "on a date"]];

function Row({ label, help, required, htmlFor, children }) {
  return (
    <div className="mb-3">
      <label className={`form-label${required ? " required" : ""}`} htmlFor={htmlFor}>{label}</label>
      {children}
      {help && <small className="form-hint">{help}</small>}
    </div>
  );
}

const texts = (value) => (Array.isArray(value) ? value : value && typeof value === "object" ? Object.values(value.list || value) : value ? [value] : []).map(String);
const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
// Pairs are kept as {list: [{label, value}]} and written "label: value", one per line.
const pairsAsText = (value) => (value?.list || []).map(({ label, value: told }) => (label === undefined ? told : `${label}: ${told ?? ""}`)).join("\n");
const pairs = (text) => ({ list: lines(text).map((line) => { const [label, ...rest] = line.split(":"); return { label: label.trim(), value: rest.join(":").trim() }; }) });
// "useremail.email" is the property `email` of the property `useremail`.
const valueAt = (properties, name) => name.split(".").reduce((value, key) => value?.[key], properties);
const withValue = (properties, name, value) => {
  const [first, ...rest] = name.split(".");
  return { ...properties, [first]: rest.length ? withValue(properties?.[first] || {}, rest.join("."), value) : value };
};

function Input({ parameter, value, id, onChange, steps }) {
  const { kind, several, choices } = parameter;
  const given = { id, className: "form-control", value: value ?? "", onChange: (change) => onChange(change.target.value) };
  if (kind === "switch") return <input id={id} className="form-check-input d-block" type="checkbox" checked={Boolean(value) && value !== "0"} onChange={(change) => onChange(change.target.checked ? "1" : "0")} />;
  if (kind === "step") return <Choice id={id} value={value} onChange={onChange} choices={steps} />;
  if (kind === "choice" && several) {
    const chosen = texts(value);
    const unknown = chosen.filter((one) => !choices.some(([key]) => key === one)).map((one) => [one, `${one} (not there any more)`]);
    return (
      <select id={id} className="form-select" multiple size={Math.min(8, Math.max(3, choices.length))} value={chosen}
        onChange={(change) => onChange([...change.target.selectedOptions].map((one) => one.value))}>
        {[...choices, ...unknown].map(([key, label]) => <option key={key} value={key}>{label}</option>)}
      </select>
    );
  }
  if (kind === "choice") return <Choice id={id} value={value} onChange={onChange} choices={choices} required={parameter.required} />;
  if (kind === "list") return <textarea {...given} rows="3" value={texts(value).join("\n")} onChange={(change) => onChange({ list: change.target.value.split("\n") })} onBlur={(change) => onChange({ list: lines(change.target.value) })} />;
  if (kind === "pairs") return <textarea {...given} rows="3" value={undefined} defaultValue={pairsAsText(value)} placeholder="name: value" onChange={(change) => onChange(pairs(change.target.value))} />;
  if (several) return <textarea {...given} rows="3" value={texts(value).join("\n")} onChange={(change) => onChange(change.target.value.split("\n"))} onBlur={(change) => onChange(lines(change.target.value))} />;
  if (kind === "long") return <textarea {...given} rows="4" />;
  return <input {...given} type={kind === "number" || kind === "date" ? kind : "text"} />;
}

function Choice({ id, value, onChange, choices, required }) {
  const chosen = value === undefined || value === null ? "" : String(value);
  const known = choices.some(([key]) => key === chosen);
  return (
    <select id={id} className="form-select" value={chosen} onChange={(change) => onChange(change.target.value)}>
      {!known && <option value={chosen}>{chosen ? `${chosen} (not there any more)` : required ? "Please choose" : "–"}</option>}
      {choices.map(([key, label]) => <option key={key} value={key}>{label}</option>)}
    </select>
  );
}

// One input per field that is chosen to be changed.
function Values({ parameter, properties, onChange }) {
  const chosen = parameter.choices.filter(([name]) => name in properties);
  const left = parameter.choices.filter(([name]) => !(name in properties));
  const without = (name) => Object.fromEntries(Object.entries(properties).filter(([key]) => key !== name));
  return (
    <>
      {chosen.map(([name, label]) => (
        <div key={name} className="mb-2">
          <label className="form-label mb-1" htmlFor={`value-${name}`}>{label}</label>
          <div className="input-group"><input id={`value-${name}`} className="form-control" value={properties[name] ?? ""} onChange={(change) => onChange({ ...properties, [name]: change.target.value })} />
            <button type="button" className="btn" aria-label={`Leave ${label} as it is`} onClick={() => onChange(without(name))}>×</button></div>
        </div>
      ))}
      <select className="form-select" aria-label="Add a field" value="" onChange={(change) => onChange({ ...properties, [change.target.value]: "" })}>
        <option value="">Add a field…</option>{left.map(([name, label]) => <option key={name} value={name}>{label}</option>)}
      </select>
    </>
  );
}

function Timing({ event, path, onChange }) {
  const mode = event.triggerMode || "immediate";
  const days = texts(event.triggerRestrictedDaysOfWeek);
  const toggled = (day) => (days.includes(day) ? days.filter((one) => one !== day) : [...days, day]);
  const local = event.triggerDate ? toLocal(event.triggerDate) : "";
  return (
    <fieldset className="mb-3">
      <legend className="form-label">{path === "no" ? "If nothing happens within" : "When"}</legend>
      <select className="form-select mb-2" aria-label="When" value={mode} onChange={(change) => onChange({ triggerMode: change.target.value })}>
        {MODES.map(([key, label]) => <option key={key} value={key}>{label}</option>)}
      </select>
      {mode === "date" && <input className="form-control" type="datetime-local" aria-label="Date" value={local} onChange={(change) => onChange({ triggerDate: change.target.value ? new Date(change.target.value).toISOString().slice(0, 19) + "+00:00" : null })} />}
      {mode === "interval" && <>
        <div className="input-group mb-2">
          <input className="form-control" type="number" min="0" aria-label="How long" value={event.triggerInterval ?? 0} onChange={(change) => onChange({ triggerInterval: Number(change.target.value) || 0 })} />
          <select className="form-select" aria-label="Unit" value={event.triggerIntervalUnit || "d"} onChange={(change) => onChange({ triggerIntervalUnit: change.target.value })}>
            {UNITS.map(([key, label]) => <option key={key} value={key}>{label}</option>)}
          </select>
        </div>
        <details open={Boolean(event.triggerHour || event.triggerRestrictedStartHour || days.length)}>
          <summary className="text-secondary small mb-1">On the contact's clock</summary>
          {[["triggerHour", "At"], ["triggerRestrictedStartHour", "Not before"], ["triggerRestrictedStopHour", "Not after"]].map(([name, label]) => (
            <div key={name} className="d-flex align-items-center gap-2 mb-1"><label className="hg-label" htmlFor={`time-${name}`}>{label}</label>
              <input id={`time-${name}`} className="form-control form-control-sm" type="time" value={hourOf(event[name])} onChange={(change) => onChange({ [name]: change.target.value || null })} /></div>
          ))}
          <div className="d-flex gap-1 mt-2" role="group" aria-label="Days of the week">
            {DAYS.map((label, day) => <button key={label} type="button" className={`btn btn-sm px-1${days.includes(String(day)) ? " active" : ""}`} aria-pressed={days.includes(String(day))} onClick={() => onChange({ triggerRestrictedDaysOfWeek: toggled(String(day)).map(Number) })}>{label}</button>)}
          </div>
        </details>
      </>}
    </fieldset>
  );
}

function toLocal(text) {
  const moment = new Date(text);
  return new Date(moment - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

export function StepForm({ node, kind, path, steps, onChange, onDelete }) {
  const { event } = node.data;
  const properties = event.properties && !Array.isArray(event.properties) ? event.properties : {};
  const set = (part) => onChange({ ...event, ...part });
  const put = (name, value) => set({ properties: withValue(properties, name, value) });
  return (
    <section aria-label="The chosen step">
      <h3 className="card-title">{kind?.label || event.type}</h3>
      <Row label="Name" required htmlFor="step-name"><input id="step-name" className="form-control" maxLength="191" value={event.name || ""} onChange={(change) => set({ name: change.target.value })} /></Row>
      {event.eventType !== "decision" && <Timing event={event} path={path} onChange={set} />}
      {(kind?.parameters || []).map((one) => one.kind === "values"
        ? <Row key="values" label={one.label} help={one.help}><Values parameter={one} properties={properties} onChange={(value) => set({ properties: value })} /></Row>
        : <Row key={one.name} label={one.label} help={one.help} required={one.required} htmlFor={`step-${one.name}`}><Input id={`step-${one.name}`} parameter={one} value={valueAt(properties, one.name)} steps={steps} onChange={(value) => put(one.name, value)} /></Row>)}
      <button type="button" className="btn btn-outline-danger w-100" onClick={onDelete}>Delete the step</button>
    </section>
  );
}

export function SourceForm({ node, choices, onChange }) {
  return (
    <section aria-label="The chosen source">
      <h3 className="card-title">{SOURCES[node.id]}</h3>
      <Row label="Who comes in" htmlFor="source-ids" help={node.id === "lists" ? "Everybody in one of them." : "Everybody who sends one of them."}>
        <select id="source-ids" className="form-select" multiple size="10" value={node.data.ids} onChange={(change) => onChange([...change.target.selectedOptions].map((one) => one.value))}>
          {choices.map(([id, name]) => <option key={id} value={String(id)}>{name}</option>)}
        </select>
      </Row>
    </section>
  );
}
