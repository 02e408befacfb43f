// How sources and steps look, with what has come to them and what a rehearsal says.
import { Handle, Position } from "@xyflow/react";
import { memo } from "react";
import { ANCHORS, SOURCES, when } from "./drawing.js";

const WORDS = { yes: "yes", no: "no", bottom: "then", leadsource: "start" };

function Ways({ kind }) {
  const anchors = ANCHORS[kind];
  return anchors.map((anchor, at) => (
    <Handle key={anchor} id={anchor} type="source" position={Position.Bottom} className={`hg-handle hg-handle-${anchor}`}
      style={{ left: `${((at + 1) * 100) / (anchors.length + 1)}%` }} title={WORDS[anchor]} aria-label={`Way out: ${WORDS[anchor]}`} />
  ));
}

export const SourceNode = memo(function SourceNode({ id, data }) {
  return (
    <div className="hg-node hg-node-source">
      <div className="hg-node-kind">Who comes in</div>
      <div className="hg-node-name">{SOURCES[id]}</div>
      <div className="hg-node-about">{data.named?.length ? data.named.join(", ") : "none chosen"}</div>
      {data.entering !== undefined && <div className="badge bg-blue-lt" data-entering>{data.entering.toLocaleString()} would come in</div>}
      <Ways kind="source" />
    </div>
  );
});

export const StepNode = memo(function StepNode({ data }) {
  const { event, kind, problem, figures, foreseen, path } = data;
  return (
    <div className={`hg-node hg-node-${event.eventType}${problem ? " hg-node-wrong" : ""}`}>
      <Handle id="top" type="target" position={Position.Top} className="hg-handle" aria-label="Way in" />
      <div className="hg-node-kind">{kind?.label || event.type}</div>
      <div className="hg-node-name">{event.name || "Without a name"}</div>
      <div className="hg-node-about">{when(event, path)}</div>
      {problem && <div className="hg-node-problem" role="alert">{problem}</div>}
      {figures && <div className="hg-node-figures">
        {event.eventType === "action" ? <span className="badge bg-green-lt">{figures.done} done</span>
          : <><span className="badge bg-green-lt">{figures.yes} yes</span> <span className="badge bg-orange-lt">{figures.no} no</span></>}
        {figures.pending > 0 && <span className="badge bg-blue-lt">{figures.pending} waiting</span>}
        {figures.failed > 0 && <span className="badge bg-red-lt">{figures.failed} failed</span>}
      </div>}
      {foreseen && <div className="hg-node-figures" data-foreseen>
        <span className="badge bg-purple-lt">{foreseen.maybe ? "up to " : ""}{foreseen.count.toLocaleString()}{event.eventType === "condition" ? `: ${foreseen.yes} yes, ${foreseen.no} no` : ""}</span>
        {foreseen.hindered > 0 && <span className="badge bg-orange-lt" title={foreseen.reasons.map(([why, count]) => `${count}: ${why}`).join("\n")}>{foreseen.hindered} not</span>}
        {foreseen.problem && <span className="badge bg-red-lt" title={foreseen.problem}>cannot be asked</span>}
        {foreseen.first && foreseen.count > 0 && <span className="text-secondary small">{new Date(foreseen.first).toLocaleString()}</span>}
      </div>}
      <Ways kind={event.eventType} />
    </div>
  );
});
