// The canvas: nodes and edges, the palette, the form of what is chosen, and everything that a key or a button does.
import { addEdge, applyEdgeChanges, applyNodeChanges, Background, Controls, MiniMap, ReactFlow, useReactFlow } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ANCHORS, arrange, copies, edgeOf, fromFlow, newEvent, newId, problems, refusal, SOURCES, toFlow } from "./drawing.js";
import { SourceNode, StepNode } from "./nodes.jsx";
import { Palette } from "./Palette.jsx";
import { send } from "../shared/server.js";
import { SourceForm, StepForm } from "./StepForm.jsx";
import { useHistory } from "../shared/useHistory.js";

const NODE_TYPES = { source: SourceNode, step: StepNode };
const CLIPBOARD = "honeyguide-steps";
const AUTOSAVE = 1500; // milliseconds after the last change
const BELOW = 150;
const MANY = 15; // nodes, from which on a small map helps
const COLUMN_OF_FORMS = 300;

export function Canvas({ data }) {
  const kinds = useMemo(() => Object.fromEntries(data.kinds.map((kind) => [kind.type, kind])), [data]);
  const start = useMemo(() => toFlow(data.draft ? { ...data.stored, ...data.draft } : data.stored), [data]);
  const [nodes, setNodes] = useState(start.nodes);
  const [edges, setEdges] = useState(start.edges);
  const [status, setStatus] = useState(data.draft ? "draft" : "saved");
  const [said, setSaid] = useState("");
  const [foreseen, setForeseen] = useState(null);
  const { screenToFlowPosition, fitView, setCenter } = useReactFlow();
  const latest = useRef({ nodes, edges });
  latest.current = { nodes, edges };

  const read = useCallback(() => latest.current, []);
  const show = useCallback((flow) => { setNodes(flow.nodes); setEdges(flow.edges); }, []);
  const history = useHistory(read, show);
  const changed = () => { setStatus("changed"); setForeseen(null); };
  const change = (flow) => { history.remember(); show({ ...read(), ...flow }); changed(); };

  // --- keeping -------------------------------------------------------------------------------------------------------
  useEffect(() => {
    if (status !== "changed" || !data.mayEdit) return undefined;
    const timer = setTimeout(async () => {
      const answer = await send(`${data.path}/draft`, fromFlow(nodes, edges));
      if (answer.error) return setSaid(answer.error);
      setStatus((now) => (now === "changed" ? "draft" : now));
    }, AUTOSAVE);
    return () => clearTimeout(timer);
  }, [nodes, edges, status, data]);

  async function save() {
    setStatus("saving");
    const answer = await send(`${data.path}/save`, fromFlow(nodes, edges));
    if (answer.error) { setSaid(answer.error); return setStatus("changed"); }
    show(toFlow(answer.stored));
    history.forget();
    setSaid("");
    setStatus("saved");
  }

  async function discard() {
    await send(`${data.path}/draft`);
    show(toFlow(data.stored));
    history.forget();
    setStatus("saved");
  }

  async function rehearse() {
    setSaid("Walking everybody through the steps…");
    const answer = await send(`${data.path}/rehearse`, fromFlow(nodes, edges));
    setSaid(answer.error || "");
    if (!answer.error) setForeseen(answer);
  }

  // --- changing ------------------------------------------------------------------------------------------------------
  const onNodesChange = useCallback((changes) => {
    setNodes((now) => applyNodeChanges(changes, now));
    if (changes.some((one) => one.type === "position" && one.dragging === false)) changed();
  }, []);
  const onEdgesChange = useCallback((changes) => setEdges((now) => applyEdgeChanges(changes, now)), []);
  const onBeforeDelete = async () => { history.remember(); changed(); return data.mayEdit; };

  function onConnect(connection) {
    const why = refusal(nodes, edges, kinds, connection);
    if (why) return setSaid(why);
    setSaid("");
    change({ edges: addEdge(edgeOf(connection.source, connection.target, connection.sourceHandle), edges) });
  }

  const selected = nodes.filter((node) => node.selected);
  const chosen = selected.length === 1 ? selected[0] : null;

  // Below what is chosen, by its first way out that is free and fits; else at the place, or beside everything.
  function add(kind, position) {
    const id = newId();
    const node = { id, type: "step", selected: true, data: { event: newEvent(kind) }, position: position || freePlace(nodes, chosen) };
    const others = nodes.map((one) => ({ ...one, selected: false }));
    const all = [...others, node];
    const anchors = chosen && !position ? ANCHORS[chosen.type === "source" ? "source" : chosen.data.event.eventType] : [];
    const free = anchors.filter((anchor) => !edges.some((edge) => edge.source === chosen.id && edge.sourceHandle === anchor));
    const anchor = [...free, ...anchors].find((one) => !refusal(all, edges, kinds, { source: chosen.id, target: id, sourceHandle: one }));
    change({ nodes: all, edges: anchor ? [...edges, edgeOf(chosen.id, id, anchor)] : edges });
    if (!position) setTimeout(() => setCenter(node.position.x + 100, node.position.y, { zoom: 1 }), 50); // what was dropped is in view
  }

  function onDrop(drop) {
    drop.preventDefault();
    const kind = kinds[drop.dataTransfer.getData("application/x-step")];
    if (kind) add(kind, screenToFlowPosition({ x: drop.clientX - 100, y: drop.clientY - 30 }));
  }

  const edit = (id, part) => change({ nodes: nodes.map((node) => (node.id === id ? { ...node, data: { ...node.data, ...part } } : node)) });

  function remove(ids) {
    change({ nodes: nodes.filter((node) => !ids.includes(node.id)), edges: edges.filter((edge) => !ids.includes(edge.source) && !ids.includes(edge.target)) });
  }

  function copy() {
    const steps = selected.filter((node) => node.type === "step");
    const ids = steps.map((node) => node.id);
    const between = edges.filter((edge) => ids.includes(edge.source) && ids.includes(edge.target));
    if (steps.length) localStorage.setItem(CLIPBOARD, JSON.stringify({ nodes: steps, edges: between }));
    setSaid(steps.length ? `${steps.length} step${steps.length === 1 ? "" : "s"} copied, for this campaign or another one.` : "");
  }

  function paste() {
    const kept = JSON.parse(localStorage.getItem(CLIPBOARD) || "null");
    if (!kept?.nodes?.length) return;
    const made = copies(kept);
    change({ nodes: [...nodes.map((node) => ({ ...node, selected: false })), ...made.nodes], edges: [...edges, ...made.edges] });
  }

  function tidy() {
    change({ nodes: arrange(nodes, edges) });
    setTimeout(() => fitView({ duration: 200 }), 50);
  }

  const step = (act) => { if (act()) changed(); };

  function onKeyDown(press) {
    if (press.target.closest("input, textarea, select")) return;
    const key = press.key.toLowerCase();
    const act = !(press.ctrlKey || press.metaKey) ? null : { c: copy, v: paste, s: save, y: () => step(history.redo), z: () => step(press.shiftKey ? history.redo : history.undo), a: () => setNodes((now) => now.map((node) => ({ ...node, selected: true }))) }[key];
    if (!act || (key !== "c" && key !== "a" && !data.mayEdit)) return;
    press.preventDefault();
    press.stopPropagation();
    act();
  }

  // --- showing -------------------------------------------------------------------------------------------------------
  const wrong = useMemo(() => problems(nodes, edges, kinds), [nodes, edges, kinds]);
  const paths = useMemo(() => Object.fromEntries(edges.map((edge) => [edge.target, edge.label])), [edges]);
  const shown = nodes.map((node) => {
    if (node.type === "source") {
      const named = data.sources[node.id].filter(([id]) => node.data.ids.includes(String(id))).map(([, name]) => name);
      return { ...node, ariaLabel: SOURCES[node.id], data: { ...node.data, named, entering: node.id === "lists" ? foreseen?.entering : undefined } };
    }
    const { event } = node.data;
    return { ...node, ariaLabel: `${event.eventType}: ${event.name}`, data: { ...node.data, kind: kinds[event.type], problem: wrong[node.id], path: paths[node.id], figures: data.figures[node.id], foreseen: foreseen?.steps[node.id] } };
  });
  const count = Object.keys(wrong).length;

  return (
    <div className="hg-canvas-room" onKeyDown={onKeyDown}>
      <div className="hg-canvas-bar">
        <span className="badge bg-secondary-lt" data-status={status}>{{ saved: "Saved", draft: "Kept as a draft, not saved yet", changed: "Changed…", saving: "Saving…" }[status]}</span>
        {count > 0 && <span className="badge bg-red-lt" data-problems>{count} step{count === 1 ? "" : "s"} to look at</span>}
        <span className="text-secondary flex-fill" role="status">{said || (data.draft && status === "draft" && data.draftOf.by ? `Draft by ${data.draftOf.by}, ${new Date(data.draftOf.at).toLocaleString()}` : "")}</span>
        {data.mayEdit && <>
          <button type="button" className="btn btn-sm" disabled={!history.canUndo} onClick={() => step(history.undo)} title="Ctrl+Z">Undo</button>
          <button type="button" className="btn btn-sm" disabled={!history.canRedo} onClick={() => step(history.redo)} title="Ctrl+Y">Redo</button>
          <button type="button" className="btn btn-sm" disabled={!selected.some((node) => node.type === "step")} onClick={copy} title="Ctrl+C">Copy</button>
          <button type="button" className="btn btn-sm" onClick={paste} title="Ctrl+V">Paste</button>
          <button type="button" className="btn btn-sm" onClick={tidy}>Tidy up</button>
        </>}
        <button type="button" className="btn btn-sm" onClick={rehearse}>Rehearse</button>
        {data.mayEdit && <>
          {status === "draft" && <button type="button" className="btn btn-sm" onClick={discard}>Throw the draft away</button>}
          <button type="button" className="btn btn-sm btn-primary" disabled={status === "saved" || status === "saving"} onClick={save} title="Ctrl+S">{data.campaign.isPublished ? "Save, also for those in it" : "Save"}</button>
        </>}
      </div>
      <div className="hg-canvas-main">
        {data.mayEdit && <Palette kinds={data.kinds} onPick={add} withForms={nodes.some((node) => node.id === "forms")}
          onForms={() => change({ nodes: [...nodes, { id: "forms", type: "source", position: { x: COLUMN_OF_FORMS, y: 0 }, data: { ids: [] } }] })} />}
        <div className="hg-canvas-board" onDrop={onDrop} onDragOver={(drag) => drag.preventDefault()}>
          <ReactFlow nodes={shown} edges={edges} nodeTypes={NODE_TYPES} onNodesChange={onNodesChange} onEdgesChange={onEdgesChange} onConnect={onConnect}
            onNodeDragStart={() => history.remember()} onBeforeDelete={onBeforeDelete} deleteKeyCode={data.mayEdit ? ["Delete", "Backspace"] : null}
            nodesDraggable={data.mayEdit} nodesConnectable={data.mayEdit} multiSelectionKeyCode="Shift" fitView fitViewOptions={{ maxZoom: 1 }} minZoom={0.1}
            colorMode={document.documentElement.dataset.bsTheme === "dark" ? "dark" : "light"} proOptions={{ hideAttribution: false }}>
            <Background /><Controls showInteractive={false} />{nodes.length > MANY && <MiniMap pannable zoomable />}
          </ReactFlow>
        </div>
        {chosen && data.mayEdit && <aside className="hg-canvas-form" aria-label="Properties">
          {chosen.type === "source" ? <SourceForm node={chosen} choices={data.sources[chosen.id]} onChange={(ids) => edit(chosen.id, { ids })} />
            : <StepForm key={chosen.id} node={chosen} kind={kinds[chosen.data.event.type]} path={paths[chosen.id]} onChange={(event) => edit(chosen.id, { event })} onDelete={() => remove([chosen.id])}
              steps={nodes.filter((node) => node.type === "step" && node.id !== chosen.id).map((node) => [node.id, node.data.event.name])} />}
        </aside>}
      </div>
    </div>
  );
}

function freePlace(nodes, above) {
  let place = above ? { x: above.position.x, y: above.position.y + BELOW } : { x: 0, y: Math.max(0, ...nodes.map((node) => node.position.y)) + BELOW };
  const taken = (at) => nodes.some((node) => Math.abs(node.position.x - at.x) < 220 && Math.abs(node.position.y - at.y) < 90);
  while (taken(place)) place = { x: place.x + 260, y: place.y };
  return place;
}
