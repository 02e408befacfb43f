"""The pages of docs/api are what the API declares, and their commands do what the pages say."""

import importlib.util
import json
import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bodies import REFERRED, least, with_references
from calls import created, secret_of
from honeyguide.engine import config
from honeyguide.engine.api.routes import resources
from honeyguide.engine.sql import scalar
from people import ada

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "api"
CALL = re.compile(r"^`(\w+) /api/(\S+)` answers (\d+)\.$.*?^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
WITH_ITEMS = {name: r for name, r in resources().items() if "new" in r.standard}
# What these name no call of the page can make: a step of a campaign, a file, a sent message.
NOT_THERE = {
    "campaigns/events/{event_id}/contact/{contact_id}/edit",
    "campaigns/events/{id}",
    "emails/reply/{tracking_hash}",
    "files/{dir}/{file}/delete",
    "forms/{form_id}/submissions/{submission_id}",
    "themes/new",
    "themes/{theme}/delete",
}


def _tool():
    spec = importlib.util.spec_from_file_location("api_pages", ROOT / "tools/api_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()
PAGES = {TOOL.file_name(name): resource for name, resource in resources().items()}


class Asked(NamedTuple):
    """What a curl command sends."""

    method: str
    address: str
    body: str | None
    form: dict
    headers: dict


def read(command: str, variables: dict) -> Asked:
    """Understands the part of curl that the pages use; anything else is an error."""
    words = shlex.split(re.sub(r"\$([A-Z_]+)", lambda m: str(variables[m.group(1)]), command.replace("\\\n", " ")))
    assert words.pop(0) == "curl"
    method, address, body, form, headers = None, None, None, {}, {}
    while words:
        word = words.pop(0)
        if word == "-u":
            assert words.pop(0) == "login"
        elif word == "-X":
            method = words.pop(0)
        elif word == "--json":
            body = words.pop(0)
        elif word in ("-d", "-F"):
            name, _, value = words.pop(0).partition("=")
            form[name] = value
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word != "-g":
            assert address is None, command
            assert not word.startswith("-"), command
            address = word
    return Asked(method or ("POST" if body or form else "GET"), address, body, form, headers)


def send(asked: Asked):
    headers = {"Authorization": f"Basic {secret_of(ada())}", **asked.headers}
    if asked.form:
        form = {k: SimpleUploadedFile(v[1:], b"x") if v.startswith("@") else v for k, v in asked.form.items()}
        return Client().post(asked.address, form, headers=headers)
    return Client().generic(
        asked.method, asked.address, asked.body or b"", content_type="application/json", headers=headers
    )


@pytest.fixture
def api(db):
    for name in ("api_enabled", "api_enable_basic_auth"):
        config.set_value(name, True)


def test_the_pages_are_current():
    for path, text in TOOL.pages().items():
        assert path.read_text(encoding="utf-8") == text, "Run: .venv/bin/python tools/api_pages.py"
    written_by_hand = {"README", "python"}
    assert {path.stem for path in FOLDER.glob("*.md")} == {path.stem for path in TOOL.pages()} | written_by_hand


def test_the_index_leads_to_every_page():
    listed = re.findall(r"\]\((\S+)\.md\)", (FOLDER / "README.md").read_text(encoding="utf-8"))
    assert set(PAGES) <= set(listed)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_calls_of_a_page_work(api, name):
    resource = PAGES[name]
    ids = {other: created(ada(), other, r.one, least(other))["id"] for other, r in WITH_ITEMS.items()}
    variables = {"API": "/api", "AUTH": "login", "ID": ids.get(resource.name, 1)}
    for other, number in ids.items():
        variables[f"{resources()[other].one.upper()}_ID"] = number
    variables |= {"GROUP_ID": ids["points/groups"], "TRIGGER_ID": ids["points/triggers"], "UTM_ID": 1}
    variables |= {"SUBMISSION_ID": 1, "EVENT_ID": 1, "OWNER_ID": ada().pk, "USER_ID": ada().pk}
    calls = CALL.findall((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    assert len(calls) == sum(1 for _ in TOOL.operations(resource.name))
    for method, path, status, command in calls:
        if path.endswith(("{id}/delete", "batch/delete")) and resource.name in WITH_ITEMS:
            variables["ID"] = created(ada(), resource.name, resource.one, least(resource.name))["id"]
        if "{utm_id}" in path:
            variables["UTM_ID"] = scalar("SELECT max(id) FROM utm_tags")
        asked = read(command, variables)
        assert asked.method == method
        if asked.body:
            body = json.loads(asked.body)
            about = REFERRED.get(resource.name, "" if path.endswith("/new") else resource.name)
            about = resource.name if "batch/edit" in path else about
            asked = asked._replace(body=json.dumps(with_references(body, ids.get(about))))
        answer = send(asked)
        assert (answer.status_code < 400) == (path not in NOT_THERE), (command, answer.content[:300])
        if path not in NOT_THERE:
            assert answer.status_code == int(status), (command, answer.content[:300])
        if path == f"{resource.name}/new" and resource.name in WITH_ITEMS:
            variables["ID"] = answer.json()[resource.one]["id"]


def test_the_calls_of_the_introduction_work(api):
    blocks = re.findall(
        r"^```sh\n(.*?)^```", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    commands = [line for block in blocks for line in block.splitlines() if line.startswith("curl")]
    variables = {"API": "/api", "AUTH": "login", "ID": created(ada(), "stages", "stage", {"name": "x"})["id"]}
    answers = [(command, send(read(command, variables))) for command in commands]
    assert len(answers) == 9
    for command, answer in answers:
        assert answer.status_code == 400 if "strict" in command else answer.status_code < 300, command
