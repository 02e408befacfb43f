"""A file near 400 lines or a function near 40 deserves another look; at twice that it fails."""

import ast

from house.source import files, name, tree

FILE_LINES = 800
FUNCTION_LINES = 80

# These lists may only shrink.
LARGE_FILES: set[str] = set()
LARGE_FUNCTIONS: set[str] = set()


def large_files() -> set[str]:
    return {name(path) for path in files() if len(path.read_text(encoding="utf-8").splitlines()) > FILE_LINES}


def large_functions() -> set[str]:
    return {
        f"{name(path)}:{node.name}"
        for path in files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= FUNCTION_LINES
    }


def test_files_have_one_subject():
    assert large_files() <= LARGE_FILES, (
        f"Split by subject what is over {FILE_LINES} lines: {large_files() - LARGE_FILES}"
    )


def test_functions_do_one_thing():
    too_large = large_functions() - LARGE_FUNCTIONS
    assert not too_large, f"Take steps out of functions over {FUNCTION_LINES} lines and name them: {sorted(too_large)}"


def test_the_lists_of_exceptions_shrink():
    assert large_files() >= LARGE_FILES
    assert large_functions() >= LARGE_FUNCTIONS
