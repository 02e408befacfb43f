"""The commands as a person types them, each in a process of its own, sharing one data directory."""

import os
import re
import socket
import subprocess
import sys

import pytest

pytestmark = pytest.mark.crash


@pytest.fixture
def honeyguide(data_dir, tmp_path):
    """Runs a command in an empty directory; returns the finished process."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HONEYGUIDE_", "DATABASE_URL", "DJANGO_"))}
        return subprocess.run(
            [sys.executable, "-m", "honeyguide.cli", *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=60,
            env={**kept, "HONEYGUIDE_DATA_DIR": str(data_dir), **environment},
            check=False,
        )

    return run


def test_it_works(honeyguide):
    done = honeyguide("migrate")
    assert done.returncode == 0, done.stderr
    assert "Applied" in done.stdout
    assert honeyguide("migrate").stdout == "The database is up to date.\n"


def test_help_is_quick_and_lists_the_commands(honeyguide):
    done = honeyguide("--help")
    for command in ("serve", "worker", "tick", "import", "doctor"):
        assert command in done.stdout


def test_tick_returns_when_nothing_is_due(honeyguide):
    told = [honeyguide("tick").stdout for _ in range(3)]
    assert "Nothing was due.\n" in told[1:]  # a job of every minute may come due between two, not twice


def test_configuration_is_kept(honeyguide):
    assert honeyguide("config", "get", "default_pagelimit").stdout == "30\n"
    assert honeyguide("config", "set", "default_pagelimit", "50").returncode == 0
    assert honeyguide("config", "get", "default_pagelimit").stdout == "50\n"
    assert "default_pagelimit" in honeyguide("config", "list", "--changed").stdout


def test_configuration_is_listed_for_other_programs(honeyguide):
    lines = honeyguide("config", "list").stdout.splitlines()
    found = {line.split("\t")[0]: line.split("\t")[1:] for line in lines}
    assert found["background_import_if_more_rows_than"][1]
    assert {len(rest) for rest in found.values()} == {2}


def test_configuration_from_the_environment_is_checked(honeyguide):
    done = honeyguide("tick", HONEYGUIDE_CONFIG_DEFAULT_PAGELIMIT="7")
    assert (done.returncode, done.stderr) == (
        1,
        "HONEYGUIDE_CONFIG_DEFAULT_PAGELIMIT: default_pagelimit must be one of: 5, 10, 15, 20, 25, 30, 50, 100.\n",
    )
    done = honeyguide("migrate", HONEYGUIDE_CONFIG_NONSENSE="7", HONEYGUIDE_PORT="", HONEYGUIDE_DEMO="")
    assert (done.returncode, done.stderr) == (
        0,
        "HONEYGUIDE_CONFIG_NONSENSE has no effect: there is no parameter nonsense.\n",
    )


def test_configuration_from_the_environment_is_stronger(honeyguide):
    done = honeyguide("config", "get", "mailer_from_name", HONEYGUIDE_CONFIG_MAILER_FROM_NAME="Bees")
    assert done.stdout == "Bees\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["config", "get", "default_pagelimt"], "Did you mean default_pagelimit?"),
        (["config", "set", "default_pagelimit", "many"], "whole number"),
        (["config", "set", "default_pagelimit", "31"], "one of"),
        (["segments", "rebuild", "-i", "4711"], "There is no segment 4711"),
        (["emails", "send", "-i", "4711"], "There is no segment e-mail 4711"),
        (["admin", "create", "--username", "x", "--email", "x@example.com", "--password", "short"], "at least 6"),
        (["import", "contacts", "/nowhere.csv"], "does not exist"),
        (["export", "contacts", "people.pdf"], "end in .csv or .xlsx"),
        (["migrate", "--database-url", "nonsense:secret"], "DATABASE_URL is not like"),
    ],
)
def test_mistakes_are_told_in_a_sentence(honeyguide, arguments, said):
    done = honeyguide(*arguments)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_administrator_is_created_once(honeyguide):
    create = ["admin", "create", "--username", "eve", "--email", "eve@example.com", "--password", "Correct-horse-7"]
    assert honeyguide(*create).stdout == "Created eve.\n"
    assert "already" in honeyguide(*create).stderr


def test_doctor_checks_everything_and_says_what_to_do(honeyguide):
    done = honeyguide("doctor", HONEYGUIDE_SMTP_URL="smtp://127.0.0.1:1", HONEYGUIDE_SITE_URL="https://hg.example")
    assert done.returncode == 1
    subjects = {subject: state for state, subject in re.findall(r"^(ok|warn|fail) +([^:]+):", done.stdout, re.M)}
    assert subjects["smtp"] == "fail"
    assert "HONEYGUIDE_SMTP_URL" in done.stdout
    for healthy in ("data directory", "disk", "database", "schema", "clock", "mailbox", "places", "site URL"):
        assert subjects[healthy] in ("ok", "warn"), done.stdout
    assert "embedded, PostgreSQL" in done.stdout


def test_doctor_tells_when_the_database_is_away(honeyguide, tmp_path):
    done = honeyguide("doctor", DATABASE_URL="postgresql://nobody:secret@127.0.0.1:1/none")
    assert done.returncode == 1
    assert "fail  database: The PostgreSQL at 127.0.0.1:1/none cannot be used" in done.stdout
    assert "secret" not in done.stdout + done.stderr


def test_routes_lists_addresses(honeyguide):
    done = honeyguide("routes", "health")
    assert "/health" in done.stdout
    assert "honeyguide.features.contacts.screens.merge_view" in honeyguide("routes", "contacts/merge").stdout
    assert "honeyguide.engine.ui.lists.list_view" in honeyguide("routes", "stages").stdout


def test_campaigns_and_webhooks_are_run_by_hand(honeyguide):
    for arguments, said in (
        (["campaigns", "update"], "No campaign runs now."),
        (["campaigns", "trigger"], "No campaign runs now."),
        (["webhooks", "process"], "Nothing was due."),
    ):
        done = honeyguide(*arguments)
        assert (done.returncode, done.stdout.strip()) == (0, said)
    refused = honeyguide("campaigns", "trigger", "-i", "77")
    assert refused.returncode == 1
    assert "There is no campaign 77." in refused.stdout + refused.stderr


def test_a_campaign_is_rehearsed(honeyguide):
    refused = honeyguide("campaigns", "rehearse", "-i", "77")
    assert refused.returncode == 1
    assert "There is no campaign 77." in refused.stdout + refused.stderr


def test_contacts_are_imported_to_the_end(honeyguide, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("Email,First name,Colour\nann@example.com,Ann,red\nben@example.com,Ben,blue\n")
    done = honeyguide("import", "contacts", str(file), "--map", "Colour=tags")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("2 inserted, 0 updated, 0 ignored")
    assert honeyguide("import", "contacts", str(file)).stdout.startswith("0 inserted, 2 updated")


def test_contacts_are_exported(honeyguide, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("Email,First name\ncat@example.com,Cat\n")
    honeyguide("import", "contacts", str(file))
    out = tmp_path / "out.csv"
    assert honeyguide("export", "contacts", str(out), "--column", "email", "--column", "firstname").returncode == 0
    assert "cat@example.com,Cat" in out.read_text()


def test_contacts_are_exported_to_other_programs(honeyguide, tmp_path):
    assert honeyguide("export", "contacts", "-").stdout.startswith("id,")
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_which_nothing_is_understood(honeyguide, tmp_path):
    (tmp_path / "people.csv").write_text("a,b\n1,2\n")
    done = honeyguide("import", "contacts", "people.csv")
    assert (done.returncode, done.stderr) == (
        1,
        "Error: No column is mapped. `--map COLUMN=FIELD` says where a column goes.\n",
    )


def test_nothing_to_rebuild_is_told(honeyguide):
    assert honeyguide("segments", "rebuild").stdout == "There are no published segments.\n"


def test_an_unknown_column_is_told(honeyguide, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("Email\nann@example.com\n")
    done = honeyguide("import", "contacts", str(file), "--map", "Mail=email")
    assert "The file has no column Mail. It has: Email." in done.stderr


def test_a_taken_port_is_told(honeyguide):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = honeyguide("serve", "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert "--port" in done.stderr


@pytest.mark.parametrize("value", ["eighty", "0x50"])
def test_a_setting_that_cannot_be_is_told(honeyguide, value):
    done = honeyguide("migrate", HONEYGUIDE_PORT=value)
    assert done.returncode == 1
    assert "is not a whole number" in done.stderr


def test_a_data_directory_that_cannot_be_made_is_told(honeyguide, tmp_path):
    (tmp_path / "file").write_text("")
    done = honeyguide("migrate", "--data-dir", str(tmp_path / "file" / "data"))
    assert done.returncode == 1
    assert "cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
