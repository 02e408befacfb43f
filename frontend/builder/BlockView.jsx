// A block as it will look, near enough to work with; the preview shows it exactly. Styles go through the DOM, never as text.
import { RichText } from "./RichText.jsx";

const SIZES = { 1: 30, 2: 24, 3: 19 };

// Own images are shown by this host, whatever name the mails will use for it; foreign ones are not loaded here.
export function pathOf(source) {
  try {
    const url = new URL(source, location.href);
    return url.origin === location.origin || url.pathname.startsWith("/media/") ? url.pathname + url.search : "";
  } catch {
    return "";
  }
}

const Placeholder = ({ icon, icons, children }) => (
  <div className="hg-placeholder"><svg className="icon" aria-hidden="true"><use href={`${icons}#${icon}`} /></svg> {children}</div>
);

export function BlockView({ block, declared, data, styles, onChange }) {
  const aligned = { textAlign: block.align };
  const held = (children) => <Placeholder icon={declared.icon} icons={data.icons}>{children}</Placeholder>;
  switch (block.kind) {
    case "heading":
      return <RichText tag={`h${block.level}`} inline value={block.text} label="Heading" onChange={(text) => onChange({ text }, "text")}
        style={{ ...aligned, color: block.color || styles.text, fontSize: SIZES[block.level], lineHeight: 1.25, fontWeight: "bold", margin: 0 }} />;
    case "text":
      return <RichText value={block.text} label="Text" onChange={(text) => onChange({ text }, "text")} style={{ ...aligned, color: block.color, fontSize: block.size, lineHeight: 1.5 }} />;
    case "image": {
      const path = block.source && pathOf(block.source);
      if (!path) return held(block.source ? `Image from elsewhere: ${block.alt || block.source}` : "Choose an image");
      return <div style={aligned}><img src={path} alt={block.decorative ? "" : block.alt} style={{ width: `${block.width}%`, borderRadius: block.rounded }} draggable={false} /></div>;
    }
    case "button": {
      const looks = { background: block.background || styles.links, color: block.color || "#ffffff", borderRadius: block.rounded, display: block.wide ? "block" : "inline-block" };
      return <div style={aligned}><span className="hg-drawn-button" style={looks}>{block.label || "…"}</span></div>;
    }
    case "divider":
      return <div style={{ borderTop: `${block.thickness}px solid ${block.color || styles.text}` }} />;
    case "spacer":
      return <div style={{ height: block.height }} />;
    case "social":
      if (!block.links.length) return held("Choose networks");
      return <div style={aligned}>{block.links.map((one, at) => <span key={at} className="hg-drawn-network">{data.networks[one.network]}</span>)}</div>;
    case "html":
      return held(<><span>HTML, as the preview shows it</span><code className="hg-drawn-code">{block.html.slice(0, 400)}</code></>);
    case "dynamic":
      return held(`Dynamic content: ${block.slot || "no name yet"}`);
    case "form":
      return held(`Form: ${data.forms.find(([id]) => id === block.form)?.[1] || "none chosen"}`);
    case "video":
      return held(`Video: ${block.title || block.address}`);
    default:
      return held(block.kind);
  }
}
