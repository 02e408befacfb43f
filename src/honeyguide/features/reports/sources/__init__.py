"""The data sources of reports by the name that reports store (contract resource-reports)."""

from honeyguide.features.reports.declaring import Source
from honeyguide.features.reports.sources import campaigns, contacts, content, focus, forms, messages

SOURCES: dict[str, Source] = (
    contacts.SOURCES | content.SOURCES | forms.SOURCES | campaigns.SOURCES | messages.SOURCES | focus.SOURCES
)


def source_of(name: str) -> Source | None:
    """The declared source, or the answers of a form; None for one that there is not (any more)."""
    return SOURCES.get(name) or forms.results_source(name)


def titles() -> dict[str, dict[str, str]]:
    """Group -> name -> title of every source there is now."""
    found: dict[str, dict[str, str]] = {}
    for name, source in SOURCES.items():
        found.setdefault(source.group, {})[name] = source.title
    if results := forms.results_sources():
        found["form results"] = results
    return found
