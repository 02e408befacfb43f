"""Plays recorded conversations with the reference server against this product and prints how many answers agree.

    run.py DIR [--out FOLDER] [NAME ...]

DIR holds run.py (the player), compare.py, scenarios/ and golden/. Every scenario file starts from a clean install: the player
calls back over HTTP, and the database is made anew from a template (about 0.1 s). The product runs in this process, so
that its caches can be dropped at the same moment.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

PASSWORD = secrets.token_urlsafe(16)
TEMPLATE = "conformance_clean"
CALL = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1] + '/'.join(['', *sys.argv[2:]]), timeout=60)"


class ThreadedServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class Quiet(WSGIRequestHandler):
    def get_environ(self) -> dict[str, str]:
        """As the product's own server has it: no content type is none, not text/plain."""
        return super().get_environ() | {"CONTENT_TYPE": self.headers.get("Content-Type", "")}

    def log_message(self, *args: object) -> None:
        pass


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--verbose", "-v", action="store_true")
    parser.add_argument("names", nargs="*")
    args = parser.parse_intermixed_args()
    out = (args.out or Path(tempfile.mkdtemp(prefix="conformance-"))).resolve()
    out.mkdir(parents=True, exist_ok=True)
    data = tempfile.mkdtemp(prefix="honeyguide-conformance-")
    os.environ |= {
        "HONEYGUIDE_DATA_DIR": data,
        "DJANGO_SETTINGS_MODULE": "honeyguide.settings",
        "HONEYGUIDE_CONFIG_MAILER_FROM_EMAIL": "sender@example.com",
        "HONEYGUIDE_LOG_LEVEL": "ERROR",
    }
    os.environ.pop("DATABASE_URL", None)
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink

    from honeyguide.engine.database.embedded import start

    port = free_port()
    Controller(Sink(), hostname="127.0.0.1", port=port).start()
    os.environ["HONEYGUIDE_CONFIG_MAILER_DSN"] = f"smtp://127.0.0.1:{port}"
    with start(Path(data)):
        return play(args, out)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def play(args: argparse.Namespace, out: Path) -> int:
    """Prepares the clean install, serves, runs the player over all files, compares."""
    import django

    django.setup()
    prepare_clean_install()
    from honeyguide.wsgi import application

    server = make_server("127.0.0.1", 0, working(application), server_class=ThreadedServer, handler_class=Quiet)
    control = HTTPServer(("127.0.0.1", 0), Control)
    for each in (server, control):
        threading.Thread(target=each.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    os.environ["HONEYGUIDE_CONFIG_SITE_URL"] = base
    call = f'{sys.executable} -c "{CALL}" http://127.0.0.1:{control.server_port}'
    player = [
        sys.executable, str(args.dir / "run.py"), "--base-url", base, f"--password={PASSWORD}",
        "--client-id", "1_confclient", "--client-secret", "conformance-secret",
        "--reset", f"{call} reset", "--hook", f"{call} hook", "--out", str(out), *args.names,
    ]  # fmt: skip
    subprocess.run(player, check=True, stdout=None if args.verbose else subprocess.DEVNULL)
    comparer = [sys.executable, str(args.dir / "compare.py"), str(out), "--run-only", *args.names]
    return subprocess.run([*comparer, *(["-v"] if args.verbose else [])], check=False).returncode


def working(application: Any) -> Any:
    """The application, with what a worker would do within moments of a send done before the answer arrives."""
    from honeyguide.engine.jobs.tick import tick

    def with_worker(environ: dict[str, Any], start_response: Any) -> Any:
        answer = application(environ, start_response)
        if environ["PATH_INFO"].endswith("/send"):
            tick()
        return answer

    return with_worker


def prepare_clean_install() -> None:
    """What the recordings started from: the first user, an OAuth 2 client, API and Basic authentication on, nothing else."""
    from django.core.management import call_command

    from honeyguide.engine import config
    from honeyguide.engine.sql import execute
    from honeyguide.features.users.models import User
    from honeyguide.features.users.services import create_admin

    call_command("migrate", verbosity=0)
    if not User.objects.exists():
        create_admin(
            username="admin",
            email="github-actions@mautic.org",
            password=PASSWORD,
            first_name="Admin",
            last_name="Mautic",
        )
    create_client()
    config.set_value("api_enabled", True)
    config.set_value("api_enable_basic_auth", True)
    execute("TRUNCATE audit_log RESTART IDENTITY")  # what was recorded began without these two changes
    copy_database(to=TEMPLATE)


def create_client() -> None:
    """The OAuth 2 client that the player knows: `1_confclient`."""
    from honeyguide.engine.access.tokens import digest
    from honeyguide.features.clients.services import create_client
    from honeyguide.features.users.models import User

    admin = User.objects.select_related("role").get(username="admin")
    client, _ = create_client(name="conformance", redirect_text="http://127.0.0.1:8999/callback", by=admin)
    client.random_id, client.secret_digest = "confclient", digest("conformance-secret")
    client.save()


def copy_database(*, to: str | None = None) -> None:
    """Makes the template from the live database, or (without `to`) the live database from the template."""
    import psycopg
    from django.conf import settings
    from django.db import connections
    from psycopg import sql

    from honeyguide.engine.database.embedded import NAME, connection_parameters

    connections.close_all()
    source, target = (NAME, to) if to else (TEMPLATE, NAME)
    with psycopg.connect(
        **{**connection_parameters(settings.DATA_DIR), "dbname": "postgres"}, autocommit=True
    ) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(target)))
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            (source,),
        )
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(target), sql.Identifier(source)))


def reset() -> None:
    copy_database()
    for folder in ("media", "themes"):
        shutil.rmtree(Path(os.environ["HONEYGUIDE_DATA_DIR"]) / folder, ignore_errors=True)
    forget_caches()


def forget_caches() -> None:
    from honeyguide.engine.access import authentication
    from honeyguide.engine.config import store
    from honeyguide.features.contacts import paging, search
    from honeyguide.features.fields.definitions import forget_everywhere

    store.forget()
    authentication.forget()
    forget_everywhere()
    paging.forget()
    search.forget_totals()


def hook(name: str) -> None:
    """What the recordings did beside the API."""
    from honeyguide.engine import config
    from honeyguide.engine.jobs.tick import tick

    match name:
        case "segments_update":
            from honeyguide.features.segments.building import rebuild_all

            rebuild_all()
            tick()
        case "api_off" | "api_on":
            config.set_value("api_enabled", name == "api_on")
        case "basic_off" | "basic_on":
            config.set_value("api_enable_basic_auth", name == "basic_on")
        case "rate_limit_3":
            config.set_value("api_rate_limiter_limit", 3)
        case "rate_limit_off":
            config.set_value("api_rate_limiter_limit", 0)
        case _:
            raise ValueError(name)
    forget_caches()


class Control(BaseHTTPRequestHandler):
    """`/reset` and `/hook/NAME`, called by the player's commands."""

    def do_GET(self) -> None:
        parts = self.path.strip("/").split("/")
        try:
            reset() if parts[0] == "reset" else hook(parts[1])
        except Exception as error:
            print(f"{self.path}: {error!r}", file=sys.stderr)
            self.send_response(500)
        else:
            self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


if __name__ == "__main__":
    sys.exit(main())
