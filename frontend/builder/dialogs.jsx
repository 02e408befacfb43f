// What opens above the builder: images, versions, preview, HTML, and what to begin with.
import { useEffect, useRef, useState } from "react";
import { load, send, token } from "../shared/server.js";
import { pathOf } from "./BlockView.jsx";

export function Dialog({ title, wide, onClose, children }) {
  const element = useRef(null);
  useEffect(() => { element.current.showModal(); }, []);
  return (
    <dialog ref={element} className={`hg-dialog${wide ? " hg-dialog-wide" : ""}`} aria-label={title} onClose={onClose} onKeyDown={(press) => press.stopPropagation()}>
      <div className="d-flex align-items-center mb-3"><h2 className="card-title m-0">{title}</h2><button type="button" className="btn-close ms-auto" aria-label="Close" onClick={onClose} /></div>
      {children}
    </dialog>
  );
}

const Wrong = ({ text }) => (text ? <p className="alert alert-danger" role="alert">{text}</p> : null);

function useLoaded(path) {
  const [found, setFound] = useState(null);
  useEffect(() => { let here = true; load(path).then((answer) => here && setFound(answer)); return () => { here = false; }; }, [path]);
  return [found, setFound];
}

export function Images({ path, onPick, onClose }) {
  const [found] = useLoaded(`${path}/images`);
  const [wrong, setWrong] = useState("");
  async function upload(file) {
    if (!file) return;
    const form = new FormData();
    form.append("image", file);
    const answer = await send(`${path}/images`, form);
    if (answer.error) return setWrong(answer.error);
    onPick(answer.image.address);
  }
  return (
    <Dialog title="Images" wide onClose={onClose}>
      <Wrong text={wrong || found?.error} />
      <div className="mb-3"><label className="form-label" htmlFor="upload-image">Upload an image</label><input id="upload-image" type="file" className="form-control" accept=".png,.jpg,.jpeg,.gif,.webp" onChange={(change) => upload(change.target.files[0])} /></div>
      {!found && <p className="text-secondary">Loading…</p>}
      {found?.images?.length === 0 && <p className="text-secondary">No images yet.</p>}
      <div className="hg-images">{found?.images?.map((one) => <button key={one.name} type="button" className="hg-image" onClick={() => onPick(one.address)}><img src={pathOf(one.address)} alt="" loading="lazy" /><span>{one.name}</span></button>)}</div>
    </Dialog>
  );
}

export function Versions({ path, onRestore, onClose }) {
  const [found] = useLoaded(`${path}/history`);
  const [wrong, setWrong] = useState("");
  async function restore(version) {
    const answer = await load(`${path}/history/${version.id}`);
    if (answer.error) return setWrong(answer.error);
    onRestore(answer.document, `The version of ${new Date(version.at).toLocaleString()} is back. Save to keep it, or undo.`);
  }
  return (
    <Dialog title="Versions" onClose={onClose}>
      <Wrong text={wrong || found?.error} />
      {!found && <p className="text-secondary">Loading…</p>}
      {found?.versions?.length === 0 && <p className="text-secondary">Nothing saved yet.</p>}
      <ul className="list-group">{found?.versions?.map((one, at) => <li key={one.id} className="list-group-item d-flex align-items-center gap-2">
        <span className="flex-fill">{new Date(one.at).toLocaleString()}{one.by && `, ${one.by}`}{at === 0 && " (the one that counts)"}</span>
        <button type="button" className="btn btn-sm" onClick={() => restore(one)}>Bring back</button></li>)}</ul>
    </Dialog>
  );
}

// A frame of its own shows what the server makes of the document; nothing runs in it.
export function Preview({ path, document: built, onClose }) {
  const form = useRef(null);
  const [contact, setContact] = useState("");
  const [phone, setPhone] = useState(false);
  useEffect(() => { form.current.submit(); }, []);
  return (
    <Dialog title="Preview" wide onClose={onClose}>
      <form ref={form} method="post" action={`${path}/preview`} target="builder-preview" className="d-flex flex-wrap gap-2 mb-2 align-items-center">
        <input type="hidden" name="csrfmiddlewaretoken" value={token()} /><input type="hidden" name="document" value={JSON.stringify(built)} />
        <label className="form-label m-0" htmlFor="preview-contact">As contact (id)</label>
        <input id="preview-contact" name="contact" className="form-control form-control-sm w-auto" inputMode="numeric" size="10" placeholder="none" value={contact} onChange={(change) => setContact(change.target.value)} />
        <button type="submit" className="btn btn-sm">Show</button>
        <div className="btn-group ms-auto" role="group" aria-label="Width">
          <button type="button" className={`btn btn-sm${phone ? "" : " active"}`} aria-pressed={!phone} onClick={() => setPhone(false)}>Desktop</button>
          <button type="button" className={`btn btn-sm${phone ? " active" : ""}`} aria-pressed={phone} onClick={() => setPhone(true)}>Phone</button>
        </div>
      </form>
      <iframe className={`hg-frame${phone ? " hg-frame-phone" : ""}`} name="builder-preview" sandbox="" title="Preview" />
    </Dialog>
  );
}

export function Code({ path, document: built, onClose }) {
  const [answer, setAnswer] = useState(null);
  useEffect(() => { send(`${path}/code`, { document: built }).then(setAnswer); }, [path, built]);
  return (
    <Dialog title="HTML" wide onClose={onClose}>
      <Wrong text={answer?.error} />
      <textarea className="form-control hg-code" rows="20" readOnly aria-label="HTML that is made of the blocks" value={answer?.html || ""} />
      <small className="form-hint">Made anew whenever the blocks are saved.</small>
    </Dialog>
  );
}

// With `onClose` there is something to go back to.
export function Start({ data, onStart, onClose }) {
  const [wrong, setWrong] = useState("");
  async function fetched(query) {
    const answer = await load(`${data.path}/start${query}`);
    if (answer.error) return setWrong(answer.error);
    onStart(answer.document);
  }
  const choices = [
    ["Empty", () => onStart(data.empty)],
    ...data.starts.map((one) => [one.name, () => onStart(one.document)]),
    ...(data.hasHtml ? [["The HTML that is there, as one block", () => fetched("")]] : []),
    ...data.themes.map(([key, name]) => [`Theme: ${name}, as one block of HTML`, () => fetched(`?theme=${encodeURIComponent(key)}`)]),
  ];
  return (
    <section className="card" aria-label="What to begin with"><div className="card-body">
      <div className="d-flex mb-3"><h2 className="card-title m-0">Begin with</h2>{onClose && <button type="button" className="btn btn-sm ms-auto" onClick={onClose}>Back to what there is</button>}</div>
      <Wrong text={wrong} />
      <div className="hg-starts">{choices.map(([label, act]) => <button key={label} type="button" className="btn" onClick={act}>{label}</button>)}</div>
    </div></section>
  );
}
