"""The API page: read what a call takes, send it with one's own rights, and take it along as code."""

import contextlib
import io

from honeyguide.engine import config
from honeyguide.engine.access.models import AccessToken
from honeyguide.features.stages import Stage
from people import PASSWORD

NEW = "#post_stages_new"


def open_call(page, resource, call):
    page.goto(f"/s/api/{resource}")
    page.locator(f"{call} > summary").click()
    return page.locator(call)


def switch_on():
    config.set_value("api_enabled", True)
    config.set_value("api_enable_basic_auth", True)


def test_a_call_is_sent_and_its_answer_shown(signed_in):
    switch_on()
    call = open_call(signed_in, "stages", NEW)
    call.locator("textarea").fill('{"name": "Caf\\u00e9 \\"visitor\\"", "weight": 7}')
    call.get_by_role("button", name="Send").click()
    call.get_by_text("201 ·").wait_for()
    assert '"weight": 7' in call.locator("[data-shown]").inner_text()
    made = Stage.objects.get()
    assert (made.name, made.created_by_user) == ('Café "visitor"', "Ada Admin")
    listing = open_call(signed_in, "stages", "#get_stages")
    listing.locator("[name=search]").fill("visitor")
    listing.get_by_role("button", name="Send").click()
    listing.get_by_text("200 ·").wait_for()
    assert '"total": 1' in listing.locator("[data-shown]").inner_text()
    assert AccessToken.objects.filter(name="API tester").count() == 1


def test_an_error_is_shown_like_any_answer(signed_in):
    switch_on()
    call = open_call(signed_in, "stages", NEW)
    call.locator("textarea").fill("{}")
    call.get_by_role("button", name="Send").click()
    call.get_by_text("400 ·").wait_for()
    assert "A name is required" in call.locator("[data-shown]").inner_text()
    signed_in.complaints.clear()  # the browser notes that a call was refused


def test_the_python_code_makes_the_call(signed_in, live_server):
    switch_on()
    call = open_call(signed_in, "stages", NEW)
    call.locator("textarea").fill('{"name": "It\'s", "weight": 3, "isPublished": true, "description": null}')
    call.locator("[data-language]").select_option("python")
    code = call.locator("pre").first.inner_text().replace("USER", "ada").replace("PASSWORD", PASSWORD)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(code, {})  # noqa: S102 the code under test
    assert said.getvalue().startswith("201 ")
    assert Stage.objects.get().name == "It's"


def test_every_language_shows_the_call(signed_in):
    call = open_call(signed_in, "stages", NEW)
    for language, part in (("curl", "--json '"), ("php", "'name' =>"), ("javascript", "JSON.stringify({")):
        call.locator("[data-language]").select_option(language)
        assert part.replace("'name'", '"name"') in call.locator("pre").first.inner_text()


def test_resources_are_chosen_without_a_mouse(signed_in):
    signed_in.goto("/api/docs")
    assert signed_in.url.endswith("/s/api")
    signed_in.get_by_label("Resource").select_option("stages")
    signed_in.wait_for_url("**/s/api/stages")
    signed_in.keyboard.press("Tab")
    signed_in.locator(f"{NEW} > summary").focus()
    signed_in.keyboard.press("Enter")
    assert signed_in.locator(NEW).get_attribute("open") is not None


def test_a_switched_off_api_is_told(signed_in):
    config.set_value("api_enabled", False)
    signed_in.goto("/s/api")
    assert "The API is switched off" in signed_in.locator("main .alert, .page-body .alert").first.inner_text()
