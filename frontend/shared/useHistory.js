// Undo and redo: what the drawing was before each change.
import { useCallback, useRef, useState } from "react";

const LONGEST = 100;

export function useHistory(read, write) {
  const past = useRef([]);
  const future = useRef([]);
  const [can, setCan] = useState({ canUndo: false, canRedo: false });
  const told = () => setCan({ canUndo: past.current.length > 0, canRedo: future.current.length > 0 });

  const remember = useCallback(() => {
    past.current = [...past.current.slice(1 - LONGEST), read()];
    future.current = [];
    told();
  }, [read]);

  const swap = (from, to) => {
    if (!from.current.length) return false;
    to.current.push(read());
    write(from.current.pop());
    told();
    return true;
  };
  const forget = () => {
    past.current = [];
    future.current = [];
    told();
  };
  return { remember, forget, undo: () => swap(past, future), redo: () => swap(future, past), ...can };
}
