"""The data sources of reports by the name that reports store (contract resource-reports)."""

from honeyguide.features.reports.declaring import Source
from honeyguide.features.reports.sources import contacts, content

SOURCES: dict[str, Source] = contacts.SOURCES | content.SOURCES
