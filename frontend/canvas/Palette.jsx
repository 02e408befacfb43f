// What can be put on the canvas: dragged there, or by a click below the step that is chosen.
import { useState } from "react";

const GROUPS = { action: "Actions", decision: "Decisions", condition: "Conditions" };

export function Palette({ kinds, onPick, withForms, onForms }) {
  const [search, setSearch] = useState("");
  const fits = (kind) => kind.declared && kind.label.toLowerCase().includes(search.trim().toLowerCase());
  return (
    <nav className="hg-palette" aria-label="Steps">
      <input className="form-control form-control-sm" type="search" placeholder="Find a step…" aria-label="Find a step" value={search} onChange={(change) => setSearch(change.target.value)} />
      {Object.entries(GROUPS).map(([group, title]) => (
        <section key={group} aria-label={title}>
          <h3 className="subheader mt-3 mb-1">{title}</h3>
          {kinds.filter((kind) => kind.eventType === group && fits(kind)).map((kind) => (
            <button key={kind.type} type="button" className={`hg-palette-entry hg-palette-${group}`} draggable
              onDragStart={(drag) => drag.dataTransfer.setData("application/x-step", kind.type)} onClick={() => onPick(kind)}>{kind.label}</button>
          ))}
        </section>
      ))}
      {!withForms && <section aria-label="Sources"><h3 className="subheader mt-3 mb-1">Sources</h3>
        <button type="button" className="hg-palette-entry" onClick={onForms}>Campaign forms</button></section>}
    </nav>
  );
}
