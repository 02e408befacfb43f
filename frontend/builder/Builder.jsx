// The builder: palette, board, form of what is chosen, and everything that a key or a button does.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useHistory } from "../shared/useHistory.js";
import { Board } from "./Board.jsx";
import { Code, Images, Preview, Start, Versions } from "./dialogs.jsx";
import { blocksOf, change, duplicate, insert, insertSection, move, moveSection, newBlock, newSection, placeOf, remove, stepped, withLayout } from "./document.js";
import { Properties } from "./Properties.jsx";
import { useKeeping } from "./useKeeping.js";

const PAUSE = 1000; // milliseconds without a key, after which typing is another step of undo
const ARROWS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };
const STATES = { saved: "Saved", draft: "Kept as a draft, not saved yet", changed: "Changed…", saving: "Saving…" };

export function Builder({ data }) {
  const kinds = useMemo(() => Object.fromEntries(data.blocks.map((block) => [block.kind, block])), [data]);
  const [built, setBuilt] = useState(data.draft?.document || data.document);
  const [chosen, setChosen] = useState(null);
  const [said, setSaid] = useState("");
  const [opened, setOpened] = useState(null);
  const [starting, setStarting] = useState(!built);
  const dragged = useRef(null);
  const focusOn = useRef(null);
  const typing = useRef({ key: "", at: 0 });
  const latest = useRef(built);
  latest.current = built;
  const keeping = useKeeping(data, built);
  const read = useCallback(() => latest.current, []);
  const history = useHistory(read, setBuilt);

  // --- changing ------------------------------------------------------------------------------------------------------
  // Changes with the same key that follow each other quickly are one step of undo.
  function put(next, key = "") {
    const now = Date.now();
    if (!key || typing.current.key !== key || now - typing.current.at > PAUSE) history.remember();
    typing.current = { key, at: now };
    latest.current = next;
    setBuilt(next);
    keeping.changed();
  }

  function step(act) {
    typing.current.key = "";
    if (act()) keeping.changed();
  }

  // After a move the block is drawn elsewhere, so that the focus has to follow.
  useEffect(() => {
    if (!focusOn.current) return;
    globalThis.document.querySelector(`[data-block="${focusOn.current}"]`)?.focus();
    focusOn.current = null;
  }, [built]);

  function goTo(id) {
    focusOn.current = id;
    setChosen(id);
  }

  const block = built && blocksOf(built).find((one) => one.id === chosen);
  const section = built?.sections.find((one) => one.id === chosen);

  const edit = (id, part, key) => put(change(latest.current, id, part), `${id} ${key}`);
  const editChosen = (part, key) => (block || section ? edit(chosen, part, key) : put({ ...built, styles: { ...built.styles, ...part } }, `styles ${key}`));

  // Below what is chosen, else at the end.
  function addBlock(kind) {
    const made = newBlock(kinds[kind]);
    let next = built;
    if (!next.sections.length) next = insertSection(next, newSection("1", data.layouts, data.section));
    const beside = block && placeOf(next, block.id);
    const into = section || next.sections.at(-1);
    const place = beside ? { ...beside, index: beside.index + 1 } : { section: into.id, column: 0, index: into.columns[0].blocks.length };
    put(insert(next, made, place));
    goTo(made.id);
    setSaid(`${kinds[kind].label} added.`);
  }

  function addSection(layout) {
    const made = newSection(layout, data.layouts, data.section);
    put(insertSection(built, made, section?.id || (block && placeOf(built, block.id).section)));
    goTo(made.id);
  }

  function onDropped(what, place) {
    const made = what.kind && newBlock(kinds[what.kind]);
    put(made ? insert(built, made, place) : move(built, what.id, place));
    goTo(made ? made.id : what.id);
    dragged.current = null;
  }

  function shift(direction) {
    if (section) {
      const next = moveSection(built, chosen, { up: -1, down: 1 }[direction] || 0);
      if (next === built) return;
      put(next);
    } else {
      const place = stepped(built, chosen, direction);
      if (!place) return setSaid("It cannot be moved further.");
      put(move(built, chosen, place));
      setSaid(`Moved to section ${built.sections.findIndex((one) => one.id === place.section) + 1}, column ${place.column + 1}, place ${place.index + 1}.`);
    }
    goTo(chosen);
  }

  function act(what) {
    if (what === "duplicate") {
      const [next, id] = duplicate(built, chosen);
      put(next);
      goTo(id);
    } else if (what === "delete") {
      const order = blocksOf(built).map((one) => one.id);
      const after = block ? order[order.indexOf(chosen) + 1] || order[order.indexOf(chosen) - 1] : null;
      put(remove(built, chosen));
      goTo(after || null);
      setSaid("Deleted. Ctrl+Z brings it back.");
    } else shift(what);
  }

  function begin(document, told = "") {
    if (built) put(document);
    else { latest.current = document; setBuilt(document); keeping.changed(); }
    setChosen(null);
    setStarting(false);
    setOpened(null);
    setSaid(told);
  }

  // --- keys ----------------------------------------------------------------------------------------------------------
  function walk(by) {
    const order = blocksOf(built).map((one) => one.id);
    const next = order[order.indexOf(chosen) + by];
    if (next) globalThis.document.querySelector(`[data-block="${next}"]`)?.focus();
  }

  function actOf(press) {
    const { target, key } = press;
    const typed = target.isContentEditable || target.closest("input, textarea, select");
    if (press.ctrlKey || press.metaKey) {
      const undo = () => step(press.shiftKey ? history.redo : history.undo);
      return { s: keeping.save, z: undo, y: () => step(history.redo), d: chosen && (() => act("duplicate")) }[key.toLowerCase()];
    }
    const onBoard = target.closest("[data-block]");
    if (!onBoard || !chosen) return null;
    if (press.altKey) return ARROWS[key] && (() => shift(ARROWS[key]));
    if (key === "Escape" && target.isContentEditable) return () => target.closest("[data-block]").focus();
    if (typed) return null;
    return { Delete: () => act("delete"), Backspace: () => act("delete"), ArrowUp: () => walk(-1), ArrowDown: () => walk(1), Enter: block && (() => target.querySelector("[data-rich]")?.focus()) }[key];
  }

  function onKeyDown(press) {
    press.stopPropagation(); // the shortcuts of the pages around are not meant
    const found = built && !starting && actOf(press);
    if (!found) return;
    press.preventDefault();
    found();
  }

  // Where nothing has the focus, because what had it is gone, keys still mean the builder.
  const onKey = useRef(onKeyDown);
  onKey.current = onKeyDown;
  useEffect(() => {
    const listen = (press) => { if (press.target === globalThis.document.body) onKey.current(press); };
    globalThis.document.addEventListener("keydown", listen);
    return () => globalThis.document.removeEventListener("keydown", listen);
  }, []);

  // --- showing -------------------------------------------------------------------------------------------------------
  if (starting) return <Start data={data} onStart={begin} onClose={built && (() => setStarting(false))} />;
  const { status, problems, conflict, wrong } = keeping;
  const known = new Set(blocksOf(built).map((one) => one.id));
  const current = problems.filter((one) => !one.id || known.has(one.id));
  const title = block ? kinds[block.kind].label : section ? "Section" : "The whole";
  return (
    <div className="hg-builder-room" onKeyDown={onKeyDown}>
      <div className="hg-builder-bar">
        <span className="badge bg-secondary-lt" data-status={status}>{STATES[status]}</span>
        <span className="text-secondary flex-fill" role="status">{said || (data.draft?.by && status === "draft" ? `Draft by ${data.draft.by}, ${new Date(data.draft.at).toLocaleString()}` : "")}</span>
        <button type="button" className="btn btn-sm" disabled={!history.canUndo} onClick={() => step(history.undo)} title="Ctrl+Z">Undo</button>
        <button type="button" className="btn btn-sm" disabled={!history.canRedo} onClick={() => step(history.redo)} title="Ctrl+Y">Redo</button>
        <button type="button" className="btn btn-sm" onClick={() => setOpened("preview")}>Preview</button>
        <button type="button" className="btn btn-sm" onClick={() => setOpened("code")}>HTML</button>
        <button type="button" className="btn btn-sm" onClick={() => setOpened("versions")}>Versions</button>
        <button type="button" className="btn btn-sm" onClick={() => setStarting(true)}>Start anew</button>
        {status === "draft" && <button type="button" className="btn btn-sm" onClick={keeping.discard}>Throw the draft away</button>}
        <button type="button" className="btn btn-sm btn-primary" disabled={status === "saved" || status === "saving"} onClick={keeping.save} title="Ctrl+S">{data.published ? "Save, and show it at once" : "Save"}</button>
      </div>
      {wrong && <div className="alert alert-danger d-flex flex-wrap gap-2 align-items-center" role="alert"><span className="flex-fill">{wrong}</span>
        {conflict && <><button type="button" className="btn btn-sm" onClick={keeping.insist}>Put mine in its place</button><button type="button" className="btn btn-sm" onClick={keeping.giveWay}>Open theirs, mine is lost</button></>}</div>}
      {data.changed && status !== "saved" && <p className="alert alert-warning" role="note">The HTML was changed by hand since it was built. Saving puts what is built here in its place.</p>}
      {current.length > 0 && <details className="hg-problems" data-problems><summary>{current.length} {current.length === 1 ? "thing" : "things"} to look at</summary>
        <ul>{current.map((one, at) => <li key={at}>{one.id ? <button type="button" className="btn btn-link btn-sm p-0" onClick={() => { setChosen(one.id); globalThis.document.querySelector(`[data-block="${one.id}"]`)?.focus(); }}>{one.text}</button> : one.text}</li>)}</ul></details>}
      <div className="hg-builder-main">
        <nav className="hg-parts" aria-label="Parts">
          <h2 className="card-title">Blocks</h2>
          {data.blocks.map((one) => <button key={one.kind} type="button" className="hg-part" draggable="true" onClick={() => addBlock(one.kind)}
            onDragStart={(drag) => { dragged.current = { kind: one.kind }; drag.dataTransfer.setData("text/plain", ""); }} onDragEnd={() => { dragged.current = null; }}>
            <svg className="icon" aria-hidden="true"><use href={`${data.icons}#${one.icon}`} /></svg> {one.label}</button>)}
          <h2 className="card-title mt-3">Sections</h2>
          {Object.entries(data.layouts).map(([layout, widths]) => <button key={layout} type="button" className="hg-part" aria-label={`Section with columns of ${widths.join(", ")} percent`} onClick={() => addSection(layout)}>
            <span className="hg-layout">{widths.map((width, at) => <span key={at} style={{ flexGrow: width }} />)}</span></button>)}
          <button type="button" className="btn btn-sm w-100 mt-3" onClick={() => setChosen(null)}>Looks of the whole</button>
        </nav>
        <Board document={built} data={data} kinds={kinds} chosen={chosen} onChoose={setChosen} problems={current} dragged={dragged} onDragged={(what) => { dragged.current = what; }} onDropped={onDropped} onChange={edit} />
        <Properties title={title} block={block} section={section} styles={built.styles} problem={current.find((one) => one.id && one.id === chosen)?.text} data={data} kinds={kinds}
          onChange={editChosen} onLayout={(layout) => put(withLayout(built, chosen, layout, data.layouts))} onAct={act} onPickImage={(name) => setOpened({ image: name })} />
      </div>
      {opened === "preview" && <Preview path={data.path} document={built} onClose={() => setOpened(null)} />}
      {opened === "code" && <Code path={data.path} document={built} onClose={() => setOpened(null)} />}
      {opened === "versions" && <Versions path={data.path} onRestore={begin} onClose={() => setOpened(null)} />}
      {opened?.image && <Images path={data.path} onPick={(address) => { editChosen({ [opened.image]: address }); setOpened(null); }} onClose={() => setOpened(null)} />}
    </div>
  );
}
