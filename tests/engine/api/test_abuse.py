"""Whatever is sent wherever: never a 500, nothing changed by what is refused, nothing that was sent becomes SQL."""

import base64
import random
import re
from contextlib import contextmanager
from urllib.parse import quote, urlencode

import orjson
import pytest
from django.db import connection, transaction
from django.test import Client

from bodies import BODIES, least
from calls import created
from honeyguide.engine.api.routes import resources, routes
from honeyguide.engine.sql import rows
from people import PASSWORD, ada

pytestmark = pytest.mark.django_db

MARK = "zq'x"  # in every hostile text; no statement's text may hold it


def nested(depth):
    value = MARK
    for level in range(depth):
        value = [value] if level % 2 else {MARK: value}
    return value


TEXTS = [
    MARK,
    f"{MARK}'; DROP TABLE contacts; --",
    f'{MARK}") OR 1=1 /*',
    f"{MARK}%s%(id)s%%{{0}}\\",
    f"\\{MARK}\\",
    f"{MARK}\x00\x01\x1b",
    f"{MARK}\r\nX-Header: 1",
    f"{MARK}²٣½\u202e\u200b\U0001f426é",
    f'{MARK}" (((( !+: or and "',
    f"<script>{MARK}</script>{{{{ settings.SECRET_KEY }}}}{{% debug %}}",
    f"../../{MARK}/etc/passwd",
    f"{MARK}:{MARK}:{MARK}",
    f"{MARK} " + "1.1.1 " * 50,
    MARK + "x" * 100_000,
]
NUMBERS = [-1, 0, 2**31, 2**63, 2**64 - 1, 1.5, 1e30, -1e308, "²", "٣", "1e400", "9" * 400, "9" * 5000, "0x10", "NaN"]
VALUES = [*TEXTS, *NUMBERS, None, True, "", [], {}, [[]], [[[MARK]]], {"a": {"b": [MARK]}}, [None], [{}], nested(60)]
QUERIES = ["where", "order", "orderBy", "orderByDir", "select", "search", "limit", "start", "minimal", "published",
           "filter", "bundle", "dateFrom", "dateTo", "filters"]  # fmt: skip
EXPRESSIONS = ["eq", "neq", "lt", "like", "in", "notIn", "between", "isNull", "isEmpty", "andX", "orX", MARK]
IDS = ["0", "9" * 10, "9" * 19, "9" * 400, "9" * 5000]
WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|WITH|CREATE|ALTER|DROP)", re.IGNORECASE)


@pytest.fixture
def dice():
    return random.Random(20)  # noqa: S311


class World:
    """One item of each resource, the calls made on them, and what the database held before."""

    def __init__(self):
        self.items = {name: created(ada(), name, resources()[name].one, least(name))["id"] for name in BODIES}
        secret = base64.b64encode(f"ada:{PASSWORD}".encode()).decode()
        self.headers = {"Authorization": f"Basic {secret}"}
        self.broken = []
        self.before = fingerprint()

    def changed(self):
        """The tables that are not as they were."""
        return [name for name, digest in fingerprint().items() if digest != self.before.get(name)]

    def least(self, name):
        """The least body of a new item; what it refers to is there."""
        body = least(name)
        self.before = fingerprint()
        return body

    def send(self, method, path, *, query=None, body=None, form=False):
        """One call by Ada, which must keep the promises of this file. Whatever it did is undone. Returns its status."""
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        data = b"" if body is None else urlencode(brackets(body)).encode() if form else orjson.dumps(body)
        target = f"/api/{path}" + (f"?{urlencode(brackets(query))}" if query else "")
        told = f"{method} {target[:300]} {data[:600]!r}"
        with undone(), recorded() as statements:
            answer = Client().generic(method, target, data, content_type=kind, headers=self.headers)
            if answer.status_code >= 500:
                self.broken.append(f"{answer.status_code}: {told}")
            if any(MARK in text for text in statements):
                self.broken.append(f"became SQL: {told}")
            if answer.status_code >= 400 and any(WRITE.match(text) for text in statements):
                self.broken += [f"changed {name} though refused: {told}" for name in self.changed()]
        return answer.status_code

    def path(self, route, dice, id_=None):
        """The route's path with the items' ids, or this id, and hostile texts."""
        path = route.path
        for name in re.findall(r"{(\w+)}", path):
            if name == "id" or name.endswith("_id"):
                owner = route.resource.name if name == "id" else f"{name.removesuffix('_id')}s"
                value = id_ or str(self.items.get(owner, 1))
            else:
                value = quote(dice.choice(TEXTS[:-1]), safe="")
            path = path.replace(f"{{{name}}}", value)
        return path


@pytest.fixture
def world():
    world = World()
    yield world
    assert world.broken == []


@contextmanager
def undone():
    """Nothing of what happens inside stays, also when a statement fails."""
    with transaction.atomic():
        point = transaction.savepoint()
        yield
        transaction.savepoint_rollback(point)


@contextmanager
def recorded():
    """The texts of the statements run inside."""
    statements = []

    def note(execute, sql, params, many, context):
        statements.append(str(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield statements


def fingerprint():
    """A digest of the rows of each table."""
    tables = rows(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND relname <> 'rate_limits'"  # counts refused calls, too
    )
    digest = "SELECT '{0}', sum(hashtext(t::text)::bigint)::bigint FROM {0} AS t"
    return dict(rows(" UNION ALL ".join(digest.format(name) for (name,) in tables)))


def brackets(value, name=""):
    """A structure as the pairs of a query string."""
    if isinstance(value, (dict, list)):
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        return [pair for key, inner in entries for pair in brackets(inner, f"{name}[{key}]" if name else str(key))]
    return [(name, "" if value is None else value)]


def structured(dice):
    """A `where` or `order` of the right shape with something wrong in it."""
    expression, value = dice.choice(EXPRESSIONS), dice.choice(VALUES)
    column = dice.choice(
        ["id", "name", "title", "dateAdded", "isPublished", "date_added", "points", "email", MARK, value]
    )
    entry = {"col": column, "expr": expression, "val": dice.choice([value, [value, 1], [[value]]])}
    return [dice.choice([entry, {"expr": "orX", "val": [entry, entry]}, {"col": column, "dir": value}])]


def damaged(body, resource, dice):
    """The body with hostile values in one or two places, which may be fields that it does not have."""
    names = [*body, *(field.name for field in resource.writable)] if resource.model else [*body, "name"]
    changes = {dice.choice(names): dice.choice(VALUES) for _ in range(dice.randint(1, 2))}
    return body | changes


def test_lists_and_reads(world, dice):
    for route in [r for r in routes() if r.method == "GET"]:
        for _ in range(3):
            path = world.path(route, dice)
            world.send("GET", path, query={dice.choice(QUERIES): dice.choice(VALUES) for _ in range(2)})
            world.send("GET", path, query={dice.choice(["where", "order"]): structured(dice)})


def test_ids_that_nothing_has(world, dice):
    for route in routes():
        if "id}" in route.path:
            path = world.path(route, dice, id_=dice.choice(IDS))
            assert world.send(route.method, path, body={}) in (200, 201, 400, 403, 404, 422), path


def test_new_items(world, dice):
    for name in BODIES:
        body = world.least(name)
        for _ in range(4):
            world.send("POST", f"{name}/new", body=damaged(body, resources()[name], dice), form=dice.random() < 0.3)


def test_edits(world, dice):
    for name, number in world.items.items():
        body = world.least(name)
        for _ in range(2):
            method = dice.choice(["PUT", "PATCH"])
            world.send(method, f"{name}/{number}/edit", body=damaged(body, resources()[name], dice))


def test_batches(world, dice):
    for name, number in world.items.items():
        body = world.least(name)
        for method in ("POST", "PUT", "PATCH"):
            entries = [body | {"id": number}, damaged(body, resources()[name], dice), dice.choice(VALUES)]
            path = f"{name}/batch/{'new' if method == 'POST' else 'edit'}"
            world.send(method, path, body=entries[: dice.randint(1, 3)])
            world.send(method, path, body=dict(zip([MARK, "²", "\x00"], entries, strict=True)))
        world.send("DELETE", f"{name}/batch/delete", query={"ids": dice.choice(VALUES)})


def test_actions(world, dice):
    for route in [r for r in routes() if r.method != "GET" and not r.name.endswith(("_item", "_items"))]:
        for _ in range(2):
            body = {dice.choice(["ids", "permissions", "events", "name", "utm_source"]): dice.choice(VALUES)}
            world.send(route.method, world.path(route, dice), body=dice.choice([body, [dice.choice(VALUES)]]))


@pytest.mark.parametrize("path", ["contacts", "emails"])
def test_very_many_of_everything(world, path):
    for query in [
        {"orderBy": ",".join(["id"] * 2_000)},
        {"order": [{"col": "id", "dir": "DESC"}] * 2_000},
        {"where": [{"col": "id", "expr": "eq", "val": 1}] * 2_000},
        {"where": [{"expr": "orX", "val": [{"col": "id", "expr": "eq", "val": 1}] * 2_000}]},
        {"where": [{"col": "id", "expr": "in", "val": ["1"] * 5_000}]},
        {"search": "a or " * 2_000},
        {"search": "(" * 2_000},
        {"search": "!" * 2_000 + "a"},
        {"search": "email:" * 2_000},
        {"select": ["id"] * 2_000},
        {"where": nested(60)},
        {"ids": ["1"] * 5_000},
    ]:
        assert world.send("GET", path, query=query) in (200, 400)
        world.send("DELETE", f"{path}/batch/delete", query=query)
