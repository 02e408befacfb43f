import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from calls import call
from people import PASSWORD, ada

pytestmark = pytest.mark.django_db

IMAGE = b"\x89PNG\r\n"


@pytest.fixture(autouse=True)
def own_data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def upload(path, name="a.png", content=IMAGE):
    user = ada()
    call(user, "GET", "files/images")  # switches the API on
    secret = base64.b64encode(f"{user.username}:{PASSWORD}".encode()).decode()
    file = SimpleUploadedFile(name, content)
    return Client().post(f"/api/files/{path}", {"file": file}, headers={"Authorization": f"Basic {secret}"})


def test_an_image_is_stored_listed_shown_and_deleted():
    shown = upload("images/new").json()["file"]
    assert shown["link"].endswith(f"/media/images/{shown['name']}")
    assert list(call(ada(), "GET", "files/images").body["files"].values()) == [shown["name"]]
    public = Client().get(f"/media/images/{shown['name']}")
    assert (b"".join(public.streaming_content), public["X-Content-Type-Options"]) == (IMAGE, "nosniff")
    assert call(ada(), "DELETE", f"files/images/{shown['name']}/delete").body == {"success": True}
    assert call(ada(), "DELETE", f"files/images/{shown['name']}/delete").status == 404


def test_subfolders():
    name = upload("images.flags/new").json()["file"]["name"]
    assert list(call(ada(), "GET", "files/images?subdir=flags").body["files"].values()) == [name]
    assert call(ada(), "GET", "files/images?subdir=none").status == 406


@pytest.mark.parametrize("name", ["x.php", "x", "x.png.svg", ".png"])
def test_other_extensions_are_refused(name):
    assert upload("images/new", name).status_code == 406
    assert call(ada(), "GET", "files/images").body == {"files": []}


@pytest.mark.parametrize("path", ["files/assets", "files/images?subdir=../..", "files/images?subdir=a%00b"])
def test_nothing_lies_outside(path):
    assert call(ada(), "GET", path).status == 406


@pytest.mark.parametrize("name", ["../secret", "..", "%2e%2e/x", "a/../../secret"])
def test_nothing_outside_is_shown(name, tmp_path):
    (tmp_path / "secret").write_text("x")
    assert Client().get(f"/media/images/{name}").status_code == 404
