"""Documents for tests: those that hypothesis makes up, and short ways to write one."""

from hypothesis import strategies as st

from honeyguide.engine.documents.blocks import LAYOUTS, NETWORKS, SECTION, STYLES, block_kinds

HOSTILE = st.sampled_from([
    '"><script>alert(1)</script>', "<img src=x onerror=alert(1)>", "javascript:alert(1)",
    "</style><script>alert(1)</script>",
    "<a href='javascript:alert(1)'>x</a>", "<p style=\"background:url('javascript:alert(1)')\">x", "<svg onload=alert(1)>",
    "\x00\ud800",
    "{contactfield=firstname|there}", "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "data:text/html,<script>alert(1)</script>",
    "<a><a><p><ul><p>", "<b><p>x</b>y</p>", "<table><p>x<tr><td>", "https://example.org/?a=1&b=\"<>", "{unsubscribe_url}",
    "]]>", "<!-- x -->",
])  # fmt: skip
TEXTS = st.one_of(HOSTILE, st.text(max_size=40), st.lists(HOSTILE, max_size=4).map("".join))
VALUES = {
    "rich": TEXTS, "text": TEXTS, "code": TEXTS, "url": TEXTS, "image": TEXTS, "switch": st.booleans(),
    "color": st.sampled_from(["", "#123456", "#FFFFFF"]),
    "links": st.lists(st.fixed_dictionaries({"network": st.sampled_from(sorted(NETWORKS)), "link": TEXTS}), max_size=3),
}  # fmt: skip


def values(declared):
    """Some of the properties, each with a value of its kind."""

    def one(given):
        if given.kind == "number":
            return st.integers(-5, 2000)
        return st.sampled_from([value for value, _ in given.choices]) if given.kind == "choice" else VALUES[given.kind]

    return st.fixed_dictionaries({}, optional={given.name: one(given) for given in declared})


@st.composite
def documents(draw, medium):
    numbers = iter(range(10_000))
    kinds = block_kinds(medium)

    def block():
        kind = draw(st.sampled_from(sorted(kinds)))
        return {"id": f"b{next(numbers)}", "kind": kind, **draw(values(kinds[kind].properties))}

    def section():
        layout = draw(st.sampled_from(sorted(LAYOUTS)))
        columns = [{"blocks": [block() for _ in range(draw(st.integers(0, 2)))]} for _ in LAYOUTS[layout]]
        return {"id": f"s{next(numbers)}", "layout": layout, **draw(values(SECTION)), "columns": columns}

    return {"styles": draw(values(STYLES)), "sections": [section() for _ in range(draw(st.integers(0, 3)))]}


def of(*blocks, **styles):
    """A document of one column with these blocks."""
    named = [{"id": f"b{number}", **block} for number, block in enumerate(blocks)]
    return {"styles": styles, "sections": [{"id": "s", "layout": "1", "columns": [{"blocks": named}]}]}
