"""SQL is a named text beside the data it is about: never in what parses and answers, never hidden inside a function."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from house.source import docstrings, files, name, tree

STATEMENT = re.compile(
    r"\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|WITH\s+\S+\s+AS\s|(CREATE|ALTER|DROP)\s+(TABLE|INDEX))"
)
INLINE_LINES = 3  # a lookup by key may stand where it is used

# Both lists may only shrink.
ANSWERING_WITH_SQL = {
    "engine/api/idempotency.py",
    "features/campaigns/resource.py",
    "features/companies/resource.py",
    "features/stats/resource.py",
}
HIDDEN_SQL = {
    "features/contacts/preferences.py:store_frequency_rules",
    "features/contacts/sublists.py:segments_of",
    "features/contacts/timeline/telling.py:_load_emails",
    "features/contacts/utm.py:add_utm_tags",
    "features/devices.py:note_device",
}


def answers(file: str) -> bool:
    """Whether a file parses input and renders answers: REST, pages, commands, and the declarations they are made from."""
    return file.startswith(("commands/", "engine/api/", "engine/ui/")) or file.endswith(
        ("/screens.py", "/resource.py", "/views.py", "health.py")
    )


def statements(path: Path, within: ast.AST) -> Iterator[ast.Constant]:
    prose = docstrings(path)
    for node in ast.walk(within):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in prose and STATEMENT.match(node.value):
            yield node


def answering_with_sql() -> set[str]:
    return {name(path) for path in files() if answers(name(path)) and any(statements(path, tree(path)))}


def hidden_sql() -> set[str]:
    return {
        f"{name(path)}:{function.name}"
        for path in files()
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for text in statements(path, function)
        if text.end_lineno - text.lineno >= INLINE_LINES
    }


def test_what_answers_knows_no_sql():
    strays = sorted(answering_with_sql() - ANSWERING_WITH_SQL)
    assert not strays, f"Move the SQL of these files into a function of the feature's `queries.py`: {strays}"


def test_statements_have_names():
    strays = sorted(hidden_sql() - HIDDEN_SQL)
    assert not strays, (
        "Make these statements constants at the top of their module (in `queries.py` if there are several), each with a"
        f" comment 'One pass: ...', so that they can be read and tried in psql: {strays}"
    )


def test_the_lists_of_exceptions_shrink():
    assert answering_with_sql() >= ANSWERING_WITH_SQL
    assert hidden_sql() >= HIDDEN_SQL
