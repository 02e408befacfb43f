"""Documents say what is: the configuration page is what the code declares, and links lead to something."""

import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]*)(#[^)\s]*)?\)")


def configuration_page():
    spec = importlib.util.spec_from_file_location("configuration_page", ROOT / "tools/configuration_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_configuration_page_is_current():
    tool = configuration_page()
    assert tool.PAGE.read_text(encoding="utf-8") == tool.page(), "Run: .venv/bin/python tools/configuration_page.py"


def test_every_variable_is_explained():
    tool = configuration_page()
    assert set(tool.MEANINGS) == set(tool.environment())


def headings(path: Path) -> set[str]:
    """The anchors of a document, made as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_links_lead_somewhere():
    broken = []
    for document in DOCUMENTS:
        for target, anchor in LINK.findall(document.read_text(encoding="utf-8")):
            if target.startswith(("http:", "https:", "mailto:")):
                continue
            path = (document.parent / target).resolve() if target else document
            if not path.exists() or (anchor and anchor[1:] not in headings(path)):
                broken.append(f"{document.relative_to(ROOT)}: {target}{anchor}")
    assert broken == []
