"""Runs an import of a few lines of text."""

import pytest

from honeyguide.features.imports import services
from honeyguide.features.imports.models import Import


@pytest.fixture
def imported(tmp_path, db):
    """`imported("email,city\\na@x.com,Rome\\n")`: maps columns by suggestion, or by `mapping`, and runs to the end."""

    def run(text: str | bytes, *, mapping=None, object="lead", by=None, **options) -> Import:
        path = tmp_path / "file.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        preview = services.inspect(
            path, **{k: v for k, v in options.items() if k in ("delimiter", "escape", "encoding")}
        )
        mapping = mapping or services.suggest_mapping(preview.headers, object=object)
        made = services.create_import(
            path, original_file="file.csv", mapping=mapping, options=options, by=by, object=object
        )
        return services.run(made.pk)

    return run


@pytest.fixture
def counts():
    return lambda i: (i.status, i.inserted_count, i.updated_count, i.ignored_count)
