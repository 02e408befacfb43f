import pytest

from calls import call, created
from people import ada

pytestmark = pytest.mark.django_db

REMOTE = {"title": "Paper", "storageLocation": "remote", "file": "https://x.test/paper.pdf?v=1"}


@pytest.fixture(autouse=True)
def own_data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "media/files").mkdir(parents=True)
    (tmp_path / "media/files/a.txt").write_text("Hello")


def test_a_remote_asset():
    made = created(ada(), "assets", "asset", REMOTE)
    assert (made["extension"], made["size"], made["alias"]) == ("pdf", -1, "paper")
    assert made["downloadUrl"].endswith(f"/asset/{made['id']}:paper")


def test_a_local_asset_knows_its_file():
    made = created(ada(), "assets", "asset", {"title": "A", "file": "a.txt"})
    assert (made["extension"], made["mime"], made["size"]) == ("txt", "text/plain", 5)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"title": "A"}, "File of the asset is required."),
        ({"title": "A", "file": "b.txt"}, "File b.txt was not found in the asset directory."),
        ({"title": "A", "file": "../files/a.txt"}, "File ../files/a.txt was not found in the asset directory."),
        (REMOTE | {"file": "x y"}, "remotePath: The remote should be a valid URL."),
        ({"file": "a.txt"}, "title: Assset Title is required."),
    ],
)
def test_what_is_wrong_with_a_file(body, message):
    reply = call(ada(), "POST", "assets/new", body)
    assert (reply.status, reply.body["errors"][0]["message"]) == (400, message)


def test_every_edit_is_a_revision():
    path = f"assets/{created(ada(), 'assets', 'asset', REMOTE)['id']}/edit"
    assert call(ada(), "PATCH", path, {"title": "B"}).body["asset"]["revision"] == 2
    edited = call(ada(), "PATCH", path, {"file": "http://x.test/b.zip", "storageLocation": "remote"}).body["asset"]
    assert (edited["revision"], edited["extension"]) == (3, "zip")


def test_aliases_are_unique():
    aliases = [created(ada(), "assets", "asset", REMOTE)["alias"] for _ in range(2)]
    assert aliases == ["paper", "paper1"]


@pytest.mark.django_db(transaction=True)
def test_the_file_goes_with_its_last_asset(tmp_path):
    first, second = (created(ada(), "assets", "asset", {"title": "A", "file": "a.txt"})["id"] for _ in range(2))
    call(ada(), "DELETE", f"assets/{first}/delete")
    assert (tmp_path / "media/files/a.txt").exists()
    call(ada(), "DELETE", f"assets/{second}/delete")
    assert not (tmp_path / "media/files/a.txt").exists()
