// The document as the server keeps it, and how it changes: every function gives a new one and leaves the old as it was.
// A place is {section, column, index}: the section's id, and numbers.

export const newId = () => `n${crypto.getRandomValues(new Uint32Array(2)).join("")}`.slice(0, 20);

export const blocksOf = (document) => document.sections.flatMap((section) => section.columns.flatMap((column) => column.blocks));

export function placeOf(document, id) {
  for (const section of document.sections)
    for (const [column, { blocks }] of section.columns.entries()) {
      const index = blocks.findIndex((block) => block.id === id);
      if (index >= 0) return { section: section.id, column, index };
    }
  return null;
}

const valuesOf = (properties) => Object.fromEntries(properties.map((one) => [one.name, one.default]));

export const newBlock = ({ kind, properties }) => ({ id: newId(), kind, ...valuesOf(properties) });

export function newSection(layout, layouts, properties) {
  return { id: newId(), ...valuesOf(properties), layout, columns: layouts[layout].map(() => ({ blocks: [] })) };
}

const inSection = (document, id, act) => ({
  ...document,
  sections: document.sections.map((section) => (section.id === id ? act(section) : section)),
});

const inColumns = (section, act) => ({ ...section, columns: section.columns.map((column, at) => ({ blocks: act(column.blocks, at) })) });

export function insert(document, block, { section, column, index }) {
  const put = (blocks, at) => (at === column ? [...blocks.slice(0, index), block, ...blocks.slice(index)] : blocks);
  return inSection(document, section, (found) => inColumns(found, put));
}

// Takes away a block or a section.
export function remove(document, id) {
  const left = document.sections.filter((section) => section.id !== id);
  return { ...document, sections: left.map((section) => inColumns(section, (blocks) => blocks.filter((block) => block.id !== id))) };
}

// Other values for a block or a section.
export function change(document, id, part) {
  const given = (one) => (one.id === id ? { ...one, ...part } : one);
  return { ...document, sections: document.sections.map((section) => inColumns(given(section), (blocks) => blocks.map(given))) };
}

// The place is that among the others.
export function move(document, id, place) {
  const block = blocksOf(document).find((one) => one.id === id);
  return insert(remove(document, id), block, place);
}

// Where a block gets by a step: up and down through all columns, left and right within its section. Nowhere: null.
export function stepped(document, id, direction) {
  const place = placeOf(document, id);
  const columns = document.sections.flatMap((section) => section.columns.map((column, at) => ({ section: section.id, column: at, length: column.blocks.length })));
  const here = columns.findIndex((one) => one.section === place.section && one.column === place.column);
  if (direction === "up" && place.index > 0) return { ...place, index: place.index - 1 };
  if (direction === "down" && place.index < columns[here].length - 1) return { ...place, index: place.index + 1 };
  const next = columns[here + (direction === "up" || direction === "left" ? -1 : 1)];
  if (!next || ((direction === "left" || direction === "right") && next.section !== place.section)) return null;
  const index = { up: next.length, down: 0 }[direction] ?? Math.min(place.index, next.length);
  return { section: next.section, column: next.column, index };
}

export function moveSection(document, id, by) {
  const from = document.sections.findIndex((section) => section.id === id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= document.sections.length) return document;
  const sections = document.sections.filter((section) => section.id !== id);
  return { ...document, sections: [...sections.slice(0, to), document.sections[from], ...sections.slice(to)] };
}

export function insertSection(document, section, after) {
  const at = document.sections.findIndex((one) => one.id === after);
  const index = at < 0 ? document.sections.length : at + 1;
  return { ...document, sections: [...document.sections.slice(0, index), section, ...document.sections.slice(index)] };
}

// A copy below the block or section, and its id.
export function duplicate(document, id) {
  const made = newId();
  const section = document.sections.find((one) => one.id === id);
  if (section) {
    const copy = inColumns({ ...section, id: made }, (blocks) => blocks.map((block) => ({ ...block, id: newId() })));
    return [insertSection(document, copy, id), made];
  }
  const place = placeOf(document, id);
  const block = blocksOf(document).find((one) => one.id === id);
  return [insert(document, { ...block, id: made }, { ...place, index: place.index + 1 }), made];
}

// With fewer columns, what stood in those that go comes into the last one.
export function withLayout(document, id, layout, layouts) {
  const count = layouts[layout].length;
  return inSection(document, id, (section) => {
    const blocks = section.columns.map((column) => column.blocks);
    const kept = Array.from({ length: count }, (_, at) => (at < count - 1 ? blocks[at] || [] : blocks.slice(at).flat()));
    return { ...section, layout, columns: kept.map((one) => ({ blocks: one })) };
  });
}
