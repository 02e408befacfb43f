// The document: its sections, columns and blocks, where they can be dropped, and which of them is chosen.
import { useEffect, useState } from "react";
import { BlockView } from "./BlockView.jsx";
import { blocksOf } from "./document.js";

export function Board({ document: built, data, kinds, chosen, onChoose, problems, dragged, onDragged, onDropped, onChange }) {
  const [place, setPlace] = useState(null);
  const { styles } = built;
  const wrong = Object.fromEntries(problems.map((one) => [one.id, one.text]));
  const order = blocksOf(built).map((block) => block.id);

  useEffect(() => {
    const end = () => setPlace(null);
    globalThis.document.addEventListener("dragend", end);
    return () => globalThis.document.removeEventListener("dragend", end);
  }, []);

  // Above the first block whose middle is below the pointer; the one that is moved does not count.
  function onDragOver(drag, section, column) {
    if (!dragged.current) return;
    drag.preventDefault();
    drag.stopPropagation();
    const others = [...drag.currentTarget.children].filter((child) => child.dataset.block && child.dataset.block !== dragged.current.id);
    const index = others.filter((child) => { const box = child.getBoundingClientRect(); return box.top + box.height / 2 < drag.clientY; }).length;
    if (place?.section !== section || place.column !== column || place.index !== index) setPlace({ section, column, index });
  }

  function onDrop(drop) {
    if (!dragged.current) return;
    drop.preventDefault();
    if (place) onDropped(dragged.current, place);
    setPlace(null);
  }

  function column(section, blocks, at) {
    const shown = blocks.map((block) => {
      const declared = kinds[block.kind];
      return (
        <div key={block.id} data-block={block.id} className={`hg-block${chosen === block.id ? " hg-chosen" : ""}${wrong[block.id] ? " hg-wrong" : ""}`} style={{ padding: block.padding ?? 0 }}
          tabIndex={0} role="group" aria-label={`${declared.label}, block ${order.indexOf(block.id) + 1} of ${order.length}${wrong[block.id] ? `. ${wrong[block.id]}` : ""}`}
          onClick={(click) => { click.stopPropagation(); onChoose(block.id); }} onFocus={(focus) => { focus.stopPropagation(); onChoose(block.id); }}>
          <span className="hg-grip" draggable="true" title={`Move: ${declared.label}`} aria-hidden="true"
            onDragStart={(drag) => { onDragged({ id: block.id }); drag.dataTransfer.effectAllowed = "move"; drag.dataTransfer.setData("text/plain", ""); drag.dataTransfer.setDragImage(drag.currentTarget.parentElement, 10, 10); }}
            onDragEnd={() => onDragged(null)}>⠿</span>
          <BlockView block={block} declared={declared} data={data} styles={styles} onChange={(part, key) => onChange(block.id, part, key)} />
        </div>
      );
    });
    if (place?.section === section.id && place.column === at) {
      const moved = blocks.findIndex((block) => block.id === dragged.current?.id);
      const index = moved >= 0 && place.index > moved ? place.index + 1 : place.index;
      shown.splice(index, 0, <div key="drop" className="hg-drop" />);
    }
    return (
      <div key={at} className="hg-column" data-column onDragOver={(drag) => onDragOver(drag, section.id, at)}>
        {shown}
        {!blocks.length && <p className="hg-empty">Drop a block here</p>}
      </div>
    );
  }

  return (
    <div className="hg-board" style={{ background: styles.outside || "#ffffff" }} onDrop={onDrop} onDragOver={(drag) => dragged.current && drag.preventDefault()} onClick={() => onChoose(null)}>
      <div className="hg-sheet" style={{ width: styles.width, color: styles.text, fontFamily: data.fonts[styles.font] }}>
        {built.sections.map((section, number) => (
          <section key={section.id} data-section={section.id} className={`hg-section${chosen === section.id ? " hg-chosen" : ""}`} aria-label={`Section ${number + 1} of ${built.sections.length}`}
            style={{ background: section.background || styles.inside || "#ffffff", padding: `${section.padding}px 0` }}>
            <button type="button" className="hg-section-tab" data-block={section.id} aria-pressed={chosen === section.id} onClick={(click) => { click.stopPropagation(); onChoose(section.id); }}>Section {number + 1}</button>
            <div className="hg-columns" style={{ gridTemplateColumns: data.layouts[section.layout].map((width) => `minmax(0, ${width}fr)`).join(" ") }}>
              {section.columns.map(({ blocks }, at) => column(section, blocks, at))}
            </div>
          </section>
        ))}
        {!built.sections.length && <p className="hg-empty">Nothing here yet. Choose a section or a block on the left.</p>}
      </div>
    </div>
  );
}
