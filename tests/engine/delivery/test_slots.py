"""Slots of a page: their content is replaced, everything else keeps its bytes."""

from hypothesis import given
from hypothesis import strategies as st

from honeyguide.engine.delivery.slots import filled

FILLS = {"list": lambda attributes: "NEW", "named": lambda attributes: attributes.get("data-name") or None}


def test_it_works():
    html = '<div class="x" data-slot="list">old <b>text</b></div>\n<p data-slot=\'named\' data-name="n">old</p> rest'
    assert (
        filled(html, FILLS)
        == '<div class="x" data-slot="list">NEW</div>\n<p data-slot=\'named\' data-name="n">n</p> rest'
    )


def test_elements_of_the_same_name_inside_belong_to_the_slot():
    assert (
        filled('<div data-slot="list"><div><div/></div></div></div>after', FILLS)
        == '<div data-slot="list">NEW</div></div>after'
    )


def test_what_is_no_slot_of_ours_and_what_never_ends_stays():
    for html in (
        '<div data-slot="other">x</div>',
        '<div data-slot="named">default</div>',
        '<div data-slot="list">no end',
        '<!-- <div data-slot="list">x</div> -->',
        '<script>"<div data-slot=list>x</div>"</script>',
    ):
        assert filled(html, FILLS) == html


@given(st.text(alphabet="<>/=\"' \r\n\x0b\x85\u2028abdivlsot-!&;é", max_size=60), st.text(max_size=20))
def test_pages_keep_their_bytes_around_slots(before, after):
    html = f'{before}\n<p data-slot="data-slot">'
    assert filled(html, FILLS) == html
    clean = before.translate(dict.fromkeys(map(ord, "<&")))
    assert filled(f'{clean}<i data-slot="list">{after.replace("<", "")}</i>{clean}', FILLS) == (
        f'{clean}<i data-slot="list">NEW</i>{clean}'
    )
