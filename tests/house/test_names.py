"""A file's name says its subject."""

from house.source import files, name

DUMPING_GROUNDS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "core",
    "base",
    "manager",
    "managers",
    "lib",
    "tools",
}


def test_no_dumping_grounds():
    bad = [
        name(path)
        for path in files()
        if DUMPING_GROUNDS & {*path.parts[path.parts.index("honeyguide") + 1 : -1], path.stem}
    ]
    assert not bad, f"Name these after what they are about; if that is several things, split them: {bad}"


def test_every_module_says_what_it_is():
    silent = [
        name(path)
        for path in files()
        if (text := path.read_text(encoding="utf-8")).strip() and not text.lstrip().startswith('"""')
    ]
    assert not silent, f"Begin these with a docstring that says their subject and rules: {silent}"
