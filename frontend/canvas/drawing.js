// The drawing as the server keeps it (events, canvasSettings, sources) and as the canvas shows it (nodes, edges), both ways.
// What nobody touched goes back exactly as it came.

export const SOURCES = { lists: "Segments", forms: "Campaign forms" };
export const ANCHORS = { action: ["bottom"], condition: ["yes", "no"], decision: ["yes", "no"], source: ["leadsource"] };
const COLUMN = 260;
const ROW = 150;

const entries = (listed) => (Array.isArray(listed) ? listed : Object.values(listed || {}));

export function toFlow(stored) {
  const raw = Object.fromEntries(entries(stored.canvasSettings?.nodes).map((node) => [String(node.id), node]));
  const place = (id) => ({ x: Number(raw[id]?.positionX) || 0, y: Number(raw[id]?.positionY) || 0 });
  const sources = Object.keys(SOURCES).filter((name) => name === "lists" || raw[name] || stored[name]?.length);
  const nodes = [
    ...sources.map((id) => ({ id, type: "source", position: place(id), deletable: id !== "lists", data: { raw: raw[id], ids: (stored[id] || []).map(String) } })),
    ...(stored.events || []).map((event) => ({ id: String(event.id), type: "step", position: place(event.id), data: { raw: raw[event.id], event } })),
  ];
  const known = new Set(nodes.map((node) => node.id));
  const drawn = entries(stored.canvasSettings?.connections);
  const connections = drawn.length ? drawn : fromParents(stored.events || []);
  const edges = connections.map(toEdge).filter((edge) => known.has(edge.source) && known.has(edge.target));
  const complete = nodes.every((node) => node.data.raw || (node.type === "source" && nodes.length === 1));
  return { nodes: complete ? nodes : arrange(nodes, edges), edges };
}

function fromParents(events) {
  return events.map((event) => ({
    sourceId: event.parent ? String(event.parent) : "lists",
    targetId: String(event.id),
    anchors: { source: event.parent ? event.decisionPath || "bottom" : "leadsource", target: "top" },
  }));
}

function toEdge(connection) {
  const anchor = connection.anchors?.source || "bottom";
  return edgeOf(String(connection.sourceId), String(connection.targetId), anchor, connection);
}

export function edgeOf(source, target, anchor, raw) {
  const label = anchor === "yes" || anchor === "no" ? anchor : undefined;
  return { id: `${source}-${anchor}-${target}`, source, target, sourceHandle: anchor, targetHandle: "top", label, className: `hg-edge-${anchor}`, data: { raw } };
}

export function fromFlow(nodes, edges) {
  const into = Object.fromEntries(edges.filter((edge) => !SOURCES[edge.source]).map((edge) => [edge.target, edge]));
  const steps = nodes.filter((node) => node.type === "step");
  const ids = (name) => (nodes.find((node) => node.id === name)?.data.ids || []).map(Number);
  return {
    events: steps.map((node) => ({
      ...node.data.event,
      id: node.id,
      parent: into[node.id]?.source || null,
      decisionPath: into[node.id]?.label || null,
    })),
    canvasSettings: { nodes: nodes.map(rawNode), connections: edges.map(rawConnection) },
    lists: ids("lists"),
    forms: ids("forms"),
  };
}

function rawNode({ id, position, data }) {
  const moved = !data.raw || Number(data.raw.positionX) !== position.x || Number(data.raw.positionY) !== position.y;
  return moved ? { ...data.raw, id, positionX: String(Math.round(position.x)), positionY: String(Math.round(position.y)) } : data.raw;
}

function rawConnection({ source, target, sourceHandle, data }) {
  return data?.raw || { sourceId: source, targetId: target, anchors: { source: sourceHandle, target: "top" } };
}

// A tidy tree: every step below the one it follows, in the middle of what follows it.
export function arrange(nodes, edges) {
  const following = {};
  const placed = {};
  const led = new Set(edges.map((edge) => edge.target));
  for (const edge of edges) (following[edge.source] ||= []).push(edge);
  for (const listed of Object.values(following)) listed.sort((a, b) => rank(a) - rank(b));
  let column = 0;
  const visit = (id, row) => {
    placed[id] = { x: column * COLUMN, y: row * ROW };
    const below = (following[id] || []).map((edge) => edge.target).filter((target) => !placed[target]);
    if (!below.length) return void (column += 1);
    below.forEach((target) => placed[target] || visit(target, row + 1));
    placed[id].x = (placed[below[0]].x + placed[below.at(-1)].x) / 2;
  };
  for (const node of nodes) if (!placed[node.id] && !led.has(node.id)) visit(node.id, node.type === "source" ? 0 : 1);
  return nodes.map((node) => ({ ...node, position: placed[node.id] || node.position }));
}

const rank = (edge) => ["yes", "bottom", "leadsource", "no"].indexOf(edge.sourceHandle);

const kindOf = (node) => (node.type === "source" ? "source" : node.data.event.eventType);

// Why a connection cannot be made; empty when it can.
export function refusal(nodes, edges, kinds, { source, target, sourceHandle }) {
  const from = nodes.find((node) => node.id === source);
  const to = nodes.find((node) => node.id === target);
  if (!from || !to || to.type === "source" || source === target) return "Steps only lead to other steps.";
  if (kindOf(from) === "decision" && kindOf(to) === "decision") return "After a decision comes an action or a condition.";
  if (edges.some((edge) => edge.target === target && !(SOURCES[edge.source] && SOURCES[source]))) return "Something leads to this step already.";
  const after = kinds[to.data.event.type]?.after || [];
  if (after.length && !after.includes(from.data.event?.type)) return `“${kinds[to.data.event.type].label}” comes directly after: ${after.map((type) => kinds[type]?.label || type).join(", ")}.`;
  if (reaches(edges, target, source)) return "This would be a loop; use “Jump to another step” for that.";
  return ANCHORS[kindOf(from)].includes(sourceHandle) ? "" : "This step has no such way out.";
}

function reaches(edges, start, goal) {
  const waiting = [start];
  const seen = new Set();
  while (waiting.length) {
    const id = waiting.pop();
    if (id === goal) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...edges.filter((edge) => edge.source === id).map((edge) => edge.target));
  }
  return false;
}

// What is wrong with the drawing, by the id of the node.
export function problems(nodes, edges, kinds) {
  const found = {};
  const led = new Set(edges.map((edge) => edge.target));
  for (const { id, type, data } of nodes) {
    if (type !== "step") continue;
    const { event } = data;
    const kind = kinds[event.type];
    const properties = event.properties || {};
    const missing = (kind?.parameters || []).filter((one) => one.required && isEmpty(properties[one.name]));
    if (!kind) found[id] = `There is no step of the kind “${event.type}”.`;
    else if (!event.name?.trim()) found[id] = "It needs a name.";
    else if (missing.length) found[id] = `Missing: ${missing.map((one) => one.label).join(", ")}.`;
    else if (!led.has(id)) found[id] = "Nothing leads here, so it is a first step for everybody.";
    else if (event.type === "campaign.jump_to_event" && !nodes.some((node) => node.id === String(properties.jumpToEvent))) found[id] = "The step to jump to is not there.";
  }
  return found;
}

export const isEmpty = (value) => value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length);

// Copies of steps with the connections between them, under new ids and somewhat aside.
export function copies({ nodes, edges }) {
  const ids = Object.fromEntries(nodes.map((node) => [node.id, newId()]));
  return {
    nodes: nodes.map((node) => ({
      ...node,
      id: ids[node.id],
      selected: true,
      position: { x: node.position.x + 40, y: node.position.y + 40 },
      data: { event: retargeted(node.data.event, ids) },
    })),
    edges: edges.filter((edge) => ids[edge.source] && ids[edge.target]).map((edge) => edgeOf(ids[edge.source], ids[edge.target], edge.sourceHandle)),
  };
}

function retargeted(event, ids) {
  const target = ids[String(event.properties?.jumpToEvent)];
  return target ? { ...event, properties: { ...event.properties, jumpToEvent: target } } : event;
}

export const newId = () => `new${crypto.getRandomValues(new Uint32Array(2)).join("")}`.slice(0, 18);

export function newEvent(kind) {
  const given = kind.parameters.filter((one) => !isEmpty(one.default)).map((one) => [one.name, one.default]);
  const timed = kind.eventType === "decision" ? {} : { triggerMode: "immediate", triggerInterval: 1, triggerIntervalUnit: "d" };
  return { name: kind.label, type: kind.type, eventType: kind.eventType, properties: Object.fromEntries(given), ...timed };
}

const UNITS = { i: "minute", h: "hour", d: "day", m: "month", y: "year" };

export function when(event, path) {
  if (event.eventType === "decision") return "";
  if (event.triggerMode === "date" && event.triggerDate) return `on ${new Date(event.triggerDate).toLocaleString()}`;
  if (event.triggerMode !== "interval") return path === "no" ? "as soon as it is a no" : "at once";
  const unit = UNITS[event.triggerIntervalUnit] || "day";
  const number = event.triggerInterval || 0;
  const hour = event.triggerHour ? `, at ${hourOf(event.triggerHour)}` : "";
  return `${path === "no" ? "if nothing happens within" : "after"} ${number} ${unit}${number === 1 ? "" : "s"}${hour}`;
}

// The server tells hours as moments of 1970.
export const hourOf = (text) => (text ? (text.includes("T") ? text.slice(11, 16) : text.slice(0, 5)) : "");
