// Text that is edited where it stands.
import { useEffect, useRef } from "react";
import { safe, tidy } from "./rich.js";

export function RichText({ tag: Tag = "div", value, inline, label, style, onChange }) {
  const element = useRef(null);
  const last = useRef(null);

  // What was typed is not put in again: the cursor would jump.
  useEffect(() => {
    if (value === last.current) return;
    element.current.innerHTML = safe(value, inline);
    last.current = value;
  }, [value, inline]);

  function onInput() {
    last.current = tidy(element.current, inline);
    onChange(last.current);
  }

  function onPaste(paste) {
    paste.preventDefault();
    const html = paste.clipboardData.getData("text/html");
    if (html) return document.execCommand("insertHTML", false, safe(html, inline));
    document.execCommand("insertText", false, paste.clipboardData.getData("text/plain"));
  }

  return (
    <Tag ref={element} data-rich className="hg-rich" style={style} contentEditable suppressContentEditableWarning role="textbox" aria-label={label} aria-multiline={!inline}
      onInput={onInput} onPaste={onPaste} onDrop={(drop) => drop.preventDefault()} onFocus={() => document.execCommand("defaultParagraphSeparator", false, "p")}
      onKeyDown={(press) => { if (inline && press.key === "Enter") press.preventDefault(); }} />
  );
}
