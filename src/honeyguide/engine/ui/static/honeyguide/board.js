// A board of widgets that are put into another order: dragged by their grips, or moved by its arrow keys. The order is kept at once.
(() => {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const told = document.querySelector("[data-told]");
  const widgets = () => [...board.querySelectorAll("[data-widget]")];
  const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"];
  let dragged = null, before = "";

  const order = () => widgets().map((one) => one.dataset.widget).join(",");
  const say = (text) => { told.textContent = text; };
  const keep = async (widget) => {
    const name = widget.querySelector("h2").textContent;
    try {
      const answer = await fetch(board.dataset.board, { method: "POST", headers: { "X-CSRFToken": token() }, body: new URLSearchParams({ order: order() }) });
      if (!answer.ok) throw new Error(answer.status);
      say(`${name}: now ${widgets().indexOf(widget) + 1} of ${widgets().length}.`);
    } catch {
      say(`${name} could not be moved. Load the page again.`);
    }
  };

  for (const widget of widgets()) {
    const grip = widget.querySelector("[data-grip]");
    grip.addEventListener("pointerdown", () => { widget.draggable = true; });
    grip.addEventListener("pointerup", () => { widget.draggable = false; });
    grip.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
      const other = step && widgets()[widgets().indexOf(widget) + step];
      if (!step) return;
      event.preventDefault();
      if (!other) return;
      if (step < 0) other.before(widget); else other.after(widget);
      grip.focus();
      keep(widget);
    });
    widget.addEventListener("dragstart", (event) => {
      dragged = widget;
      before = order();
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", widget.dataset.widget);
      widget.classList.add("hg-dragged");
    });
    widget.addEventListener("dragend", () => {
      widget.draggable = false;
      widget.classList.remove("hg-dragged");
      if (dragged && order() !== before) keep(widget);
      dragged = null;
    });
    widget.addEventListener("dragover", (event) => {
      if (!dragged || dragged === widget) return;
      event.preventDefault();
      const all = widgets();
      if (all.indexOf(dragged) < all.indexOf(widget)) widget.after(dragged); else widget.before(dragged);
    });
  }
  board.addEventListener("dragover", (event) => { if (dragged) event.preventDefault(); });
})();
