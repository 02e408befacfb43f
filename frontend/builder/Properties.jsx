// The form of what is chosen, made from what the server declares of it.
import { useState } from "react";
import { asAddress, format } from "./rich.js";

const COMMANDS = [["bold", "Bold", "bold"], ["italic", "Italic", "italic"], ["underline", "Underlined", "underline"], ["strikeThrough", "Struck through", "strikethrough"], ["insertUnorderedList", "List", "list"], ["insertOrderedList", "Numbered list", "list-numbers"]];
const INLINE_COMMANDS = 4; // of them, the first; headings have no lists

export function Row({ label, hint, id, children }) {
  return <div className="mb-3"><label className="form-label mb-1" htmlFor={id}>{label}</label>{children}{hint && <small className="form-hint">{hint}</small>}</div>;
}

// Buttons for a text that is edited in place.
function Formatting({ block, data }) {
  const [link, setLink] = useState(null);
  const keep = { onMouseDown: (press) => press.preventDefault() };
  const put = (command, value) => { format(block.id, command, value); setLink(null); };
  const commands = block.kind === "heading" ? COMMANDS.slice(0, INLINE_COMMANDS) : COMMANDS;
  return (
    <div className="mb-3" role="toolbar" aria-label="Look of the text">
      <div className="btn-group mb-2">
        {commands.map(([command, label, icon]) => <button key={command} type="button" className="btn btn-sm btn-icon" title={label} aria-label={label} {...keep} onClick={() => put(command)}><svg className="icon" aria-hidden="true"><use href={`${data.icons}#${icon}`} /></svg></button>)}
        <button type="button" className="btn btn-sm btn-icon" title="Link" aria-label="Link" aria-expanded={link !== null} {...keep} onClick={() => setLink(link === null ? "" : null)}><svg className="icon" aria-hidden="true"><use href={`${data.icons}#link`} /></svg></button>
      </div>
      {link !== null && <div className="input-group input-group-sm mb-2">
        <input className="form-control" aria-label="Address of the link" placeholder="https://…" list="builder-addresses" value={link} onChange={(change) => setLink(change.target.value)} onKeyDown={(press) => { if (press.key === "Enter") put(link ? "createLink" : "unlink", asAddress(link.trim())); }} />
        <button type="button" className="btn" onClick={() => put(link ? "createLink" : "unlink", asAddress(link.trim()))}>{link ? "Set" : "Remove"}</button>
      </div>}
      <select className="form-select form-select-sm" aria-label="Insert a token" value="" onChange={(change) => put("insertText", change.target.value)}>
        <option value="">Insert a token…</option>
        {data.tokens.map((group) => <optgroup key={group.label} label={group.label}>{group.tokens.map(([token, label]) => <option key={token} value={token}>{label}</option>)}</optgroup>)}
      </select>
    </div>
  );
}

function Color({ id, value, fallback, onChange }) {
  return (
    <div className="input-group">
      <input id={id} type="color" className="form-control form-control-color" value={value || fallback || "#ffffff"} onChange={(change) => onChange(change.target.value)} />
      <span className="input-group-text flex-fill">{value || "as the whole"}</span>
      {value && <button type="button" className="btn" aria-label="No colour of its own" onClick={() => onChange("")}>×</button>}
    </div>
  );
}

function Networks({ links, networks, onChange }) {
  const set = (at, part) => onChange(links.map((one, index) => (index === at ? { ...one, ...part } : one)));
  return (
    <>
      {links.map((one, at) => (
        <div key={at} className="input-group mb-2">
          <select className="form-select" aria-label={`Network ${at + 1}`} value={one.network} onChange={(change) => set(at, { network: change.target.value })}>{Object.entries(networks).map(([key, label]) => <option key={key} value={key}>{label}</option>)}</select>
          <input className="form-control" aria-label={`Address of network ${at + 1}`} placeholder="https://…" value={one.link} onChange={(change) => set(at, { link: change.target.value })} />
          <button type="button" className="btn" aria-label={`Remove network ${at + 1}`} onClick={() => onChange(links.filter((_, index) => index !== at))}>×</button>
        </div>
      ))}
      <button type="button" className="btn btn-sm" onClick={() => onChange([...links, { network: Object.keys(networks)[0], link: "" }])}>Add a network</button>
    </>
  );
}

// A number may be half typed; it counts as soon as it is one.
function Whole({ id, value, low, high, onChange }) {
  const [typed, setTyped] = useState(null);
  const put = (text) => { setTyped(text); if (/^\d+$/.test(text) && Number(text) >= low && Number(text) <= high) onChange(Number(text)); };
  return <input id={id} type="number" className="form-control" min={low} max={high} value={typed ?? value} onChange={(change) => put(change.target.value)} onBlur={() => setTyped(null)} />;
}

function Input({ property, id, value, data, onChange, onPickImage }) {
  const given = { id, className: "form-control", value: value ?? "", onChange: (change) => onChange(change.target.value) };
  if (property.name === "form") return <select {...given} className="form-select" onChange={(change) => onChange(Number(change.target.value))}><option value={0}>Please choose</option>{data.forms.map(([key, label]) => <option key={key} value={key}>{label}</option>)}</select>;
  switch (property.kind) {
    case "code": return <textarea {...given} className="form-control hg-code" rows="10" spellCheck="false" maxLength="100000" />;
    case "color": return <Color id={id} value={value} fallback={property.default} onChange={onChange} />;
    case "number": return <Whole id={id} value={value} low={property.low} high={property.high} onChange={onChange} />;
    case "choice": return <select {...given} className="form-select">{property.choices.map(([key, label]) => <option key={key} value={key}>{label}</option>)}</select>;
    case "switch": return <input id={id} type="checkbox" className="form-check-input d-block" checked={value} onChange={(change) => onChange(change.target.checked)} />;
    case "links": return <Networks links={value} networks={data.networks} onChange={onChange} />;
    case "image": return <div className="input-group"><input {...given} maxLength="2000" placeholder="https://…" /><button type="button" className="btn" onClick={onPickImage}>Choose…</button></div>;
    case "url": return <input {...given} maxLength="2000" placeholder="https://…" list="builder-addresses" />;
    default: return <input {...given} maxLength="2000" list={property.name === "slot" ? "builder-slots" : undefined} />;
  }
}

export function Fields({ properties, values, data, onChange, onPickImage }) {
  return properties.filter((one) => one.kind !== "rich").map((one) => (
    <Row key={one.name} id={`property-${one.name}`} label={one.label} hint={one.hint}>
      <Input id={`property-${one.name}`} property={one} value={values[one.name]} data={data} onChange={(value) => onChange({ [one.name]: value }, one.name)} onPickImage={() => onPickImage(one.name)} />
    </Row>
  ));
}

export function Properties({ title, block, section, styles, problem, data, kinds, onChange, onLayout, onAct, onPickImage }) {
  const properties = block ? kinds[block.kind].properties : section ? data.section : data.styles;
  const acts = [["up", "Up", "Alt+↑"], ["down", "Down", "Alt+↓"], ["duplicate", "Duplicate", "Ctrl+D"], ["delete", "Delete", "Delete"]];
  return (
    <aside className="hg-properties" aria-label="Properties">
      <h2 className="card-title">{title}</h2>
      {problem && <p className="alert alert-warning p-2" role="note">{problem}</p>}
      {(block || section) && <div className="btn-group mb-3" role="group" aria-label={`What to do with it`}>
        {acts.map(([act, label, key]) => <button key={act} type="button" className="btn btn-sm" title={key} onClick={() => onAct(act)}>{label}</button>)}
      </div>}
      {block && (block.kind === "heading" || block.kind === "text") && <Formatting key={`format ${block.id}`} block={block} data={data} />}
      {section && <Row id="property-layout" label="Columns"><select id="property-layout" className="form-select" value={section.layout} onChange={(change) => onLayout(change.target.value)}>{Object.entries(data.layouts).map(([key, widths]) => <option key={key} value={key}>{widths.map((width) => `${width} %`).join(" + ")}</option>)}</select></Row>}
      <Fields key={`fields ${(block || section)?.id}`} properties={properties} values={block || section || styles} data={data} onChange={onChange} onPickImage={onPickImage} />
      <datalist id="builder-slots">{data.slots.map((name) => <option key={name} value={name} />)}</datalist>
      <datalist id="builder-addresses">{data.tokens.flatMap((group) => group.tokens).filter(([token]) => /_url|link=/.test(token)).map(([token, label]) => <option key={token} value={token}>{label}</option>)}</datalist>
    </aside>
  );
}
