"""Dashboards that people arrange: made, filled, arranged, taken along, taken back; nobody else sees them."""

import re
from datetime import UTC, datetime

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

import people
from honeyguide.features.contacts.models import Contact
from honeyguide.features.dashboard import document
from honeyguide.features.dashboard.models import Dashboard, PlacedWidget
from honeyguide.features.dashboard.parameters import PARAMETERS
from honeyguide.features.data.resource import widgets

pytestmark = pytest.mark.django_db


@pytest.fixture
def browse(client):
    client.force_login(people.ada())
    return client


@pytest.fixture
def board(browse):
    browse.post("/s/dashboards/new", {"name": "Mine"})
    return Dashboard.objects.get(name="Mine")


def words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def undo(browse, answer):
    """Presses the undo button of the page."""
    form = re.search(r'action="(/s/dashboards/[a-z-]+)">.*?name="kept" value="([^"]+)"', answer.content.decode(), re.S)
    return browse.post(form[1], {"kept": form[2]}, follow=True)


def add(browse, board, kind, **given):
    browse.post(f"/s/dashboards/add/{board.pk}", {"type": kind, "width": "25", "height": "215", **given})
    return board.widgets.last()


def names(board) -> list[str]:
    return list(board.widgets.values_list("name", flat=True))


def test_a_new_one_has_the_usual_widgets_or_none(browse):
    shown = browse.post("/s/dashboards/new", {"name": "Figures", "usual": "1"}, follow=True)
    assert [name in words(shown) for name in ("Contacts added", "Biggest segments", "Figures")] == [True] * 3
    browse.post("/s/dashboards/new", {"name": "Empty"})
    made = Dashboard.objects.get(name="Empty")
    assert "Nothing here yet" in words(browse.get(f"/s/dashboards/{made.pk}"))
    assert f'href="/s/dashboards/{made.pk}"' in browse.get("/s/dashboard").content.decode()
    refused = browse.post("/s/dashboards/new", {"name": " "})
    assert (refused.status_code, "A value is required." in words(refused)) == (422, True)


def test_a_widget_shows_its_figures_for_the_days_asked_for(browse, board):
    for day, known in (("2026-03-02", True), ("2026-03-02", True), ("2026-03-09", False)):
        added = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        Contact.objects.create(fields={}, date_added=added, date_identified=added if known else None)
    Contact.objects.update(date_added=datetime(2026, 3, 2, 12, tzinfo=UTC))
    placed = add(browse, board, "anonymous.vs.identified.leads", name="Who")
    assert re.search(
        r"Identified 2\b.*Anonymous 1\b",
        words(browse.get(f"/s/dashboards/widget/{placed.pk}?from=2026-03-01&to=2026-03-31")),
    )
    browse.get(f"/s/dashboards/{board.pk}?from=2025-01-01&to=2025-01-31")
    assert not re.search(r"Identified 2\b", words(browse.get(f"/s/dashboards/widget/{placed.pk}")))


@pytest.mark.parametrize("kind", sorted({*widgets()}))
def test_every_kind_can_be_placed(browse, board, kind):
    placed = add(browse, board, kind, **{f"{kind}:limit": "5"})
    if kind == "report":
        assert placed is None  # there is no report whose graph it could show
        return
    assert placed.name == widgets()[kind].title.strip()
    answer = browse.get(f"/s/dashboards/widget/{placed.pk}")
    assert answer.status_code == 200
    assert browse.get(f"/s/dashboards/widget/edit/{placed.pk}").status_code == 200


def test_settings_are_of_widgets_that_there_are():
    assert set(PARAMETERS) <= set(widgets())


def test_a_widget_is_changed_and_told_what_is_wrong(browse, board):
    placed = add(browse, board, "created.leads.in.time", **{"created.leads.in.time:flag": "top"})
    assert (placed.params, placed.width, placed.height) == ({"flag": "top"}, 25, 215)
    browse.post(
        f"/s/dashboards/widget/edit/{placed.pk}",
        {"type": "top.lists", "name": "Best", "width": "100", "height": "9999", "top.lists:limit": "3"},
    )
    placed.refresh_from_db()
    assert (placed.type, placed.name, placed.width, placed.height, placed.params) == (
        "top.lists",
        "Best",
        100,
        675,
        {"limit": 3},
    )
    wrong = browse.post(f"/s/dashboards/widget/edit/{placed.pk}", {"type": "top.lists", "top.lists:limit": "many"})
    assert (wrong.status_code, "please enter a whole number" in words(wrong)) == (422, True)
    wrong = browse.post(f"/s/dashboards/add/{board.pk}", {"type": "no.such"})
    assert (wrong.status_code, "Choose what the widget shows." in words(wrong)) == (422, True)
    assert board.widgets.count() == 1


def test_widgets_are_arranged_and_others_stay_where_they_are(browse, board):
    first, second, third = (add(browse, board, "top.lists", name=name) for name in ("a", "b", "c"))
    other = PlacedWidget.objects.create(
        dashboard=Dashboard.objects.create(owner=people.bo(), name="x"), type="top.lists", position=7
    )
    answer = browse.post(f"/s/dashboards/arrange/{board.pk}", {"order": f"{third.pk},{first.pk},{other.pk},x,{10**30}"})
    assert (names(board), answer.json()["order"][0]) == (["c", "a", "b"], third.pk)
    other.refresh_from_db()
    assert other.position == 7
    assert second.pk in answer.json()["order"]


def test_what_was_taken_off_or_deleted_comes_back(browse, board):
    placed = [add(browse, board, "top.lists", name=name, **{"top.lists:limit": "4"}) for name in ("a", "b", "c")]
    shown = browse.post(f"/s/dashboards/widget/remove/{placed[1].pk}", follow=True)
    assert names(board) == ["a", "c"]
    undo(browse, shown)
    assert names(board) == ["a", "b", "c"]
    shown = browse.post(f"/s/dashboards/delete/{board.pk}", follow=True)
    assert not Dashboard.objects.exists()
    undo(browse, shown)
    back = Dashboard.objects.get()
    assert (back.name, names(back), [one.params for one in back.widgets.all()]) == (
        "Mine",
        ["a", "b", "c"],
        [{"limit": 4}] * 3,
    )
    assert browse.post("/s/dashboards/restore", {"kept": "forged"}).status_code == 400


def test_nobody_else_sees_or_changes_it(browse, board, client):
    placed = add(browse, board, "top.lists", name="a")
    client.force_login(people.bo())
    for path in (
        f"{board.pk}",
        f"export/{board.pk}",
        f"rename/{board.pk}",
        f"add/{board.pk}",
        f"widget/{placed.pk}",
        f"widget/edit/{placed.pk}",
    ):
        assert client.get(f"/s/dashboards/{path}").status_code == 404, path
    for path in (f"delete/{board.pk}", f"arrange/{board.pk}", f"widget/remove/{placed.pk}"):
        assert client.post(f"/s/dashboards/{path}", {"order": "1"}).status_code == 404, path
    assert names(board) == ["a"]


def test_who_may_not_see_the_figures_is_told_so(browse, board, client):
    placed = add(browse, board, "created.leads", name="a")
    cy = people.cy()
    Dashboard.objects.update(owner=cy)
    client.force_login(cy)
    assert "Your role does not show these figures." in words(client.get(f"/s/dashboards/widget/{placed.pk}"))


def test_it_is_taken_along_as_a_file_and_brought_back(browse, board):
    add(browse, board, "top.lists", name="Best", **{"top.lists:limit": "4"})
    add(browse, board, "emails.in.time", name="Mail", **{"emails.in.time:flag": "opened"})
    answer = browse.get(f"/s/dashboards/export/{board.pk}")
    told = orjson.loads(answer.content)
    assert 'filename="mine.json"' in answer["Content-Disposition"]
    assert told["widgets"][1] == {
        "name": "Mail", "width": 25, "height": 215, "ordering": 1, "type": "emails.in.time", "params": {"flag": "opened"},
        "template": None,
    }  # fmt: skip
    told["name"], told["widgets"][0]["ordering"] = "Copy", 9
    browse.post("/s/dashboards/import", {"file": SimpleUploadedFile("d.json", orjson.dumps(told))})
    copy = Dashboard.objects.get(name="Copy")
    assert [(w.name, w.type, w.params) for w in copy.widgets.all()] == [
        ("Mail", "emails.in.time", {"flag": "opened"}), ("Best", "top.lists", {"limit": 4}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "This is no JSON."),
        (b"[]", "it has no widgets"),
        (b'{"widgets": "x"}', "it has no widgets"),
        (b'{"widgets": [{"name": 1}]}', "Each widget must have a type."),
        (b'{"widgets": [' + b",".join([b'{"type": "top.lists"}'] * 51) + b"]}", "at most 50 widgets"),
        (b" " * (300 * 1024), "larger than"),
    ],
)
def test_a_bad_file_is_refused_and_changes_nothing(browse, text, told):
    answer = browse.post("/s/dashboards/import", {"file": SimpleUploadedFile("d.json", text)})
    assert (answer.status_code, told in words(answer)) == (422, True)
    assert not Dashboard.objects.exists()


def test_unknown_kinds_are_left_out_and_named(browse):
    odd = {"type": "top.lists", "width": 33, "height": "x", "params": []}
    text = orjson.dumps({"name": "A\0B", "widgets": [{"type": "plugin.thing"}, odd]})
    shown = browse.post("/s/dashboards/import", {"file": SimpleUploadedFile("d.json", text)}, follow=True)
    assert "left out: plugin.thing" in words(shown)
    made = Dashboard.objects.get(name="AB").widgets.get()
    assert (made.type, made.width, made.height, made.params) == ("top.lists", 25, 330, {})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
SAID = ("name", "width", "height", "ordering", "params")
WIDGET = st.fixed_dictionaries({"type": st.sampled_from(["top.lists", "x"])}, optional=dict.fromkeys(SAID, JSON))


@given(st.fixed_dictionaries({"widgets": st.lists(WIDGET, max_size=3)}, optional={"name": JSON}))
def test_whatever_stands_in_a_file_is_read_as_data(told):
    try:
        text = orjson.dumps(told)
    except (TypeError, orjson.JSONEncodeError):  # numbers that JSON does not hold
        return
    read, left_out = document.read(text, ["top.lists"])
    assert len(read["widgets"]) + sum(one["type"] == "x" for one in told["widgets"]) == len(told["widgets"])
    assert all(one["width"] in (25, 50, 75, 100) for one in read["widgets"])
    assert b"\\u0000" not in orjson.dumps(read)
    assert left_out in ([], ["x"])
