"""Parameters take what their type can hold, in the shapes in which people write it, and refuse the rest."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honeyguide.engine import config
from honeyguide.engine.config import PARAMETERS, InvalidValue
from honeyguide.engine.config.models import ConfigurationValue

ALL = sorted(PARAMETERS)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


def as_text(value):
    """A value as a form or the command line would send it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value) if isinstance(value, (list, dict)) else "" if value is None else str(value)


@pytest.mark.parametrize("name", ALL)
def test_every_default_is_a_value_of_its_parameter(name):
    parameter = PARAMETERS[name]
    assert parameter.parse(parameter.default) == parameter.default
    assert parameter.parse(as_text(parameter.default)) == parameter.default


@given(st.sampled_from(ALL), JUNK)
@settings(max_examples=400, deadline=None)
def test_any_value_is_taken_in_the_parameters_type_or_refused(name, value):
    parameter = PARAMETERS[name]
    try:
        parsed = parameter.parse(value)
    except InvalidValue:
        return
    assert isinstance(parsed, parameter.type) or (parsed is None and parameter.default is None)
    assert parameter.parse(parsed) == parsed


@pytest.mark.parametrize(
    ("name", "text", "meant"),
    [
        ("api_enabled", " ON ", True),
        ("api_enabled", "", False),
        ("api_batch_max_limit", " 50 ", 50),
        ("cors_valid_domains", "a.test, b.test,", ["a.test", "b.test"]),
        ("cors_valid_domains", '["a.test"]', ["a.test"]),
        ("cors_valid_domains", "", []),
        ("mailer_custom_headers", '{"X-A": "b"}', {"X-A": "b"}),
        ("mailer_custom_headers", "", {}),
        ("mailer_return_path", "", None),
        ("default_pagelimit", "50", 50),
        ("default_timezone", " Europe/Berlin ", "Europe/Berlin"),
        ("mailer_warmup_start", " 2026-12-01 ", "2026-12-01"),
        ("mailer_warmup_start", "", ""),
    ],
)
def test_what_people_write(name, text, meant):
    assert PARAMETERS[name].parse(text) == meant


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("api_enabled", "maybe"),
        ("api_batch_max_limit", "-1"),
        ("api_batch_max_limit", "many"),
        ("api_batch_max_limit", "1.5"),
        ("api_batch_max_limit", "9" * 5000),
        ("api_batch_max_limit", None),
        ("default_pagelimit", "31"),
        ("email_frequency_time", "YEAR"),
        ("cors_valid_domains", "[1, 2"),
        ("cors_valid_domains", {"a": "b"}),
        ("cors_valid_domains", '["\\u0000"]'),
        ("mailer_custom_headers", "a,b"),
        ("mailer_custom_headers", "[1]"),
        ("site_url", "a\x00b"),
        ("default_timezone", "Mars/Olympus"),
        ("default_timezone", ""),
        ("mailer_warmup_start", "1 December"),
        ("mailer_warmup_start", "2026-02-30"),
    ],
)
def test_what_is_refused(name, bad):
    with pytest.raises(InvalidValue, match=name):
        PARAMETERS[name].parse(bad)


@pytest.mark.django_db
class TestStoring:
    def test_a_stored_value_is_in_force_at_once_and_a_reset_brings_the_default_back(self):
        assert config.set_value("api_batch_max_limit", "7") == 7
        assert config.get("api_batch_max_limit") == 7
        assert config.overrides()["api_batch_max_limit"] == 7
        config.reset("api_batch_max_limit")
        assert config.get("api_batch_max_limit") == 200

    def test_the_environment_decides(self, monkeypatch):
        config.set_value("api_batch_max_limit", 7)
        monkeypatch.setenv("HONEYGUIDE_CONFIG_API_BATCH_MAX_LIMIT", "9")
        assert config.is_fixed("api_batch_max_limit")
        assert config.get("api_batch_max_limit") == 9

    def test_a_refused_value_changes_nothing(self):
        config.set_value("api_batch_max_limit", 7)
        with pytest.raises(InvalidValue):
            config.set_value("api_batch_max_limit", "x")
        assert ConfigurationValue.objects.get(name="api_batch_max_limit").value == 7

    def test_unknown_names_are_errors(self):
        for action in (config.get, config.reset, lambda name: config.set_value(name, 1)):
            with pytest.raises(KeyError):
                action("no_such_parameter")
