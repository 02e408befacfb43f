"""Configuration that an administrator changes while the product runs. `get("default_pagelimit")` is all most code needs."""

from honeyguide.engine.config.parameters import PARAMETERS, InvalidValue, Parameter
from honeyguide.engine.config.store import get, held, is_fixed, overrides, reset, set_value

__all__ = ["PARAMETERS", "InvalidValue", "Parameter", "get", "held", "is_fixed", "overrides", "reset", "set_value"]
