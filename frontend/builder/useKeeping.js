// Drafts and saving: one request after the other, each telling what was seen last, so that nobody's work is overwritten unseen.
import { useCallback, useEffect, useRef, useState } from "react";
import { send } from "../shared/server.js";

const AUTOSAVE = 1500; // milliseconds after the last change

export function useKeeping(data, built) {
  const [status, setStatus] = useState(data.draft ? "draft" : "saved"); // saved, changed, draft, saving
  const [problems, setProblems] = useState(data.problems);
  const [conflict, setConflict] = useState(null);
  const [wrong, setWrong] = useState("");
  const seen = useRef({ seen: data.seen, draft: data.draft?.mark ?? null });
  const latest = useRef(built);
  latest.current = built;
  const queue = useRef(Promise.resolve());

  const ask = useCallback((what) => {
    const asked = queue.current.then(async () => {
      const sent = latest.current;
      const answer = await send(`${data.path}/${what}`, { document: sent, ...seen.current });
      if (answer.error) {
        setWrong(answer.error);
        setConflict("seen" in answer ? { what, seen: answer.seen, draft: answer.draft } : null);
        setStatus("changed");
        return false;
      }
      seen.current = { seen: answer.seen ?? seen.current.seen, draft: answer.draft };
      setProblems(answer.problems);
      setWrong("");
      setStatus(sent === latest.current ? { save: "saved", draft: "draft" }[what] : "changed");
      return true;
    });
    queue.current = asked.catch(() => false);
    return asked;
  }, [data.path]);

  useEffect(() => {
    if (status !== "changed" || conflict) return undefined;
    const timer = setTimeout(() => ask("draft"), AUTOSAVE);
    return () => clearTimeout(timer);
  }, [built, status, conflict, ask]);

  useEffect(() => {
    if (status !== "changed" && status !== "saving") return undefined;
    const warn = (leave) => leave.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [status]);

  const save = () => { setStatus("saving"); return ask("save"); };
  // Mine in the place of what somebody else made: by now that has been seen.
  const insist = () => {
    seen.current = { seen: conflict.seen, draft: conflict.draft };
    setConflict(null);
    setWrong("");
    return conflict.what === "save" ? save() : ask("draft");
  };
  const giveWay = () => { setStatus("saved"); setTimeout(() => location.reload()); };
  const discard = async () => {
    const answer = await send(`${data.path}/draft`);
    if (answer.error) return setWrong(answer.error);
    seen.current.draft = null;
    setTimeout(() => location.reload());
  };
  return { status, problems, conflict, wrong, save, insist, giveWay, discard, changed: () => setStatus("changed") };
}
