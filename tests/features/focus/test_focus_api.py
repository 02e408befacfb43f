import pytest

from calls import call, created
from people import ada, cy

pytestmark = pytest.mark.django_db

NOTICE = {"name": "Bar", "type": "notice", "style": "bar"}


def test_properties_have_a_fixed_shape():
    given = {"bar": {"size": "large", "other": 1}, "when": "leave", "nonsense": True, "content": "text"}
    properties = created(ada(), "focus", "focus", NOTICE | {"properties": given})["properties"]
    assert properties["bar"] == {
        "allow_hide": None,
        "push_page": None,
        "sticky": None,
        "size": "large",
        "placement": None,
    }
    assert properties["when"] == "leave"
    assert properties["content"]["headline"] is None
    assert "nonsense" not in properties


@pytest.mark.parametrize("change", [{"type": "nosuch"}, {"style": ""}, {"type": None}])
def test_type_and_style_are_known_ones(change):
    assert call(ada(), "POST", "focus/new", NOTICE | change).status == 400


def test_texts_are_escaped_in_markup_and_script():
    content = {"headline": "</script><b>", "link_url": "javascript:x"}
    item = created(ada(), "focus", "focus", NOTICE | {"type": "link", "properties": {"content": content}})
    assert "&lt;b&gt;" in item["cache"]
    assert "javascript:" not in item["cache"]
    js = call(ada(), "POST", f"focus/{item['id']}/js").body["js"]
    assert "</" not in js
    assert call(ada(), "POST", "focus/99/js").status == 404
    assert call(cy(), "POST", f"focus/{item['id']}/js").status == 403
