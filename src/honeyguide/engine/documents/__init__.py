"""What people build of blocks: e-mails and landing pages.

The document is the truth; HTML is made from it. A document is plain JSON:

    {"version": 1, "styles": {...}, "sections": [
        {"id": "s1", "background": "", "padding": 16, "layout": "1-1", "columns": [
            {"blocks": [{"id": "b1", "kind": "text", "text": "<p>Hello</p>", ...}]}, ...]}]}

`blocks` declares which blocks there are and what each is made of; the builder's forms are made from that too. `cleaning` lets a
document in: whatever passes it can be drawn, and passes unchanged ever after. `drawing` gives the HTML of blocks, `email` and
`page` put it into a whole. `checks` finds what a reader would stumble over. `starts` are documents to begin with. `versions`
keeps what was saved, and one draft.
"""
