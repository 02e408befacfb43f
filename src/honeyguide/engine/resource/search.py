"""The search language of lists: `word`, `"two words"`, `+exact`, `!not`, `command:value`, `command:(a or b)`, `( )`, `or`.

Parsing knows no resource; `compile_search` asks one function what each term means. `meaning` is that function for ordinary
resources.
Grammar: contract conventions 4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from honeyguide.engine.sql import ALL, NONE, Clause

if TYPE_CHECKING:
    from honeyguide.engine.resource.resource import Resource

MAX_TERMS = 200
TOKEN = re.compile(r'\(|\)|"[^"]*"?|[^\s()"]+')
COMMAND = re.compile(r"([+!]*)([a-z_][\w\-.]*):(.*)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or a command with its value. `strict` asks for the exact value."""

    value: str
    command: str = ""
    negated: bool = False
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Terms joined by `and` or `or`."""

    parts: tuple[Term | Group, ...]
    connective: str = "and"
    negated: bool = False


def parse_search(text: str) -> Group:
    """The search as a tree. Anything is accepted: what is not understood is a word."""
    tokens = _tokens(text.lower().replace("\x00", ""))
    return _group(iter(tokens))


def _tokens(text: str) -> list[str]:
    """Splits at spaces; quotes, and a parenthesis glued to a prefix (`email:(`, `!(`), are kept apart."""
    found: list[str] = []
    end = -1
    for match in TOKEN.finditer(text):
        token = match.group()
        glued = match.start() == end and found and found[-1] not in "()"
        if glued and token.startswith('"') and re.fullmatch(r"[+!]*([\w\-.]+:)?[+!]*", found[-1]):
            found[-1] += token
        else:
            found.append(token)
        end = match.end()
        if len(found) > MAX_TERMS:
            break
    return found


def _group(tokens: Iterator[str], command: str = "", negated: bool = False, strict: bool = False) -> Group:
    parts: list[Term | Group] = []
    connective = "and"
    prefix = ""
    for token in tokens:
        if token == ")":
            break
        if token == "(":
            inner, inner_negated, inner_strict = _prefix(prefix, command)
            parts.append(_group(tokens, inner, inner_negated, inner_strict or strict))
            prefix = ""
            continue
        parts += _dangling(prefix)
        prefix = ""
        if token in ("or", "and"):
            if len(parts) == 1:  # the second term decides for the whole level
                connective = token
            continue
        if re.fullmatch(r"[+!]*([a-z_][\w\-.]*:)?[+!]*", token):
            prefix = token
            continue
        parts.append(_term(token, command, strict))
        if len(parts) >= MAX_TERMS:
            break
    parts += _dangling(prefix)
    return Group(tuple(parts), connective, negated)


def _dangling(prefix: str) -> list[Term]:
    """What a prefix means that nothing follows: `!` is not anything, a command without value is dropped."""
    return [Term("", negated=True)] if prefix == "!" else []


def _prefix(prefix: str, command: str) -> tuple[str, bool, bool]:
    name = re.sub(r"[+!]|:.*", "", prefix) or command
    return name, "!" in prefix, "+" in prefix


def _term(token: str, command: str, strict: bool) -> Term:
    marks = ""
    if not command and (match := COMMAND.fullmatch(token)):
        marks, command, token = match.groups()
    stripped = token.lstrip("+!")
    marks += token[: len(token) - len(stripped)]
    value = stripped.strip('"') if stripped.startswith('"') else stripped
    return Term(value, command, negated="!" in marks, strict=strict or "+" in marks)


def compile_search(text: str, meaning: Callable[[Term], Clause]) -> Clause:
    """The condition of a search. `meaning` gives the condition of one term; negation is applied to what it gives."""

    def compiled(node: Term | Group) -> Clause:
        if isinstance(node, Term):
            clause = meaning(node)
        else:
            parts = [compiled(part) for part in node.parts]
            clause = Clause.some(parts) if node.connective == "or" and parts else Clause.every(parts)
        return negated(clause) if node.negated else clause

    return compiled(parse_search(text)) if text.strip() else ALL


def negated(clause: Clause) -> Clause:
    """Not matching, as the reference's database sees it: what has no value matches neither way."""
    return ~clause if clause in (ALL, NONE) else Clause(f"NOT ({clause.text})", clause.params)


def like(value: str) -> str:
    """A LIKE pattern as the reference takes it: `%` is the user's, `*` too, `_` and backslash are plain."""
    return value.replace("\\", "\\\\").replace("_", "\\_").replace("*", "%")


# --- what terms mean to an ordinary resource --------------------------------------------------------------------------


def meaning(term: Term, resource: Resource, call: Any) -> Clause:
    """The condition of one search term: a command of the resource, a standard one, or a word."""
    if term.command:
        found = _command(term, resource, call)
        if found is not None:
            return found
    columns = [f"{resource.model._meta.db_table}.{c}" for c in resource.search]
    if term.command:  # no command of this resource: a word, and the reference forgets its `!`
        word = words(Term(f"{term.command}:{term.value}", strict=True), columns)
        return ~word if term.negated else word
    return words(term, columns)


def words(term: Term, columns: list[str]) -> Clause:
    """A plain word in any of the columns. A resource without searchable columns matches everything."""
    if not columns:
        return ALL
    if term.strict:
        return Clause.some(Clause(f"lower({c}) = %s", (term.value,)) for c in columns)
    pattern = like(term.value) if "%" in term.value or "*" in term.value else f"%{like(term.value)}%"
    return Clause.some(Clause(f"{c} ILIKE %s", (pattern,)) for c in columns)


def _command(term: Term, resource: Resource, call: Any) -> Clause | None:
    name, value = term.command, term.value
    table = resource.model._meta.db_table
    special = resource.commands.get(f"{name}:{value}") or resource.commands.get(name)
    if special:
        return special(value, call)
    has = {f.column for f in resource.model._meta.concrete_fields}
    if name == "ids":
        return Clause(f"{table}.id = ANY(%s)", (ids(value),))
    if not resource.standard_commands:
        return None
    if name == "is" and value in ("published", "unpublished") and "is_published" in has:
        return Clause(f"{table}.is_published = %s", (value == "published",))
    if name == "is" and value == "mine" and "created_by" in has:
        return Clause(f"{table}.created_by = %s", (call.user.pk,))
    if name == "is" and value == "uncategorized" and "category_id" in has:
        return Clause(f"{table}.category_id IS NULL")
    if name == "category" and "category_id" in has:
        return Clause(f"{table}.category_id IN (SELECT id FROM categories WHERE alias ILIKE %s)", (f"{like(value)}%",))
    return None


def ids(value: str) -> list[int]:
    return [int(part) for part in value.split(",") if part.strip().isdecimal() and len(part.strip()) < 19]
