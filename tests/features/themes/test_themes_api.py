import base64
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from calls import call
from people import PASSWORD, ada, cy

pytestmark = pytest.mark.django_db

CONFIG = '{"name": "Mine", "features": ["email"]}'


@pytest.fixture(autouse=True)
def own_data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def packed(**files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return target.getvalue()


def send(method, path, **options):
    user = ada()
    call(user, "GET", "themes")  # switches the API on
    secret = base64.b64encode(f"{user.username}:{PASSWORD}".encode()).decode()
    return getattr(Client(), method)(f"/api/themes{path}", headers={"Authorization": f"Basic {secret}"}, **options)


def upload(content, name="mine.zip"):
    return send("post", "/new", data={"file": SimpleUploadedFile(name, content)})


def test_a_theme_is_uploaded_listed_fetched_and_deleted():
    assert upload(packed(config_dot_json=CONFIG, html__email_dot_html="<p>")).json() == {"success": True}
    mine = call(ada(), "GET", "themes").body["themes"]["mine"]
    assert (mine["name"], mine["config"]["builder"]) == ("Mine", ["legacy"])
    fetched = send("get", "/mine")
    assert zipfile.ZipFile(io.BytesIO(fetched.content)).namelist() == ["config.json", "html/email.html"]
    assert call(ada(), "DELETE", "themes/mine/delete").body == {"success": True}
    assert call(ada(), "DELETE", "themes/mine/delete").status == 404


@pytest.mark.parametrize(
    "content", [b"x", packed(), packed(config_dot_json="{"), packed(config_dot_json="[]"), packed(config_dot_json="{}")]
)
def test_what_is_no_theme_is_refused_and_leaves_nothing(content):
    assert upload(content).status_code == 400
    assert list(call(ada(), "GET", "themes").body["themes"]) == ["blank"]


def test_the_built_in_theme_stays():
    assert upload(packed(config_dot_json=CONFIG), "blank.zip").status_code == 400
    assert call(ada(), "DELETE", "themes/blank/delete").status == 400


def test_files_outside_the_theme_and_programs_are_left_out(tmp_path):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in (("config.json", CONFIG), ("../../evil.json", "x"), ("/abs.json", "x"), ("x.php", "x")):
            archive.writestr(name, content)
    assert upload(target.getvalue()).status_code == 200
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["config.json"]


def test_rights():
    assert call(cy(), "GET", "themes").status == 403
    assert call(cy(), "DELETE", "themes/blank/delete").status == 403
