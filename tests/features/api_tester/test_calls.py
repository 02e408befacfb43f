"""What the API page shows is what the document says."""

from honeyguide.engine.api.openapi import document
from honeyguide.features.api_tester.calls import calls, resources


def test_every_call_is_on_one_page():
    shown = [call.id for name, _ in resources() for call in calls(name)]
    told = [o["operationId"] for operations in document()["paths"].values() for o in operations.values()]
    assert sorted(shown) == sorted(told)


def test_a_call_has_what_it_takes():
    operator = next(i for c in calls("contacts/{contact_id}/points") for i in c.inputs if i.name == "operator")
    assert (operator.place, operator.required, operator.example) == ("path", True, "plus")
    assert "minus" in operator.choices
    upload = next(call for call in calls("files") if call.method == "POST")
    assert (upload.file, upload.body) == ("file", "")
