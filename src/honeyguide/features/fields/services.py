"""Changes to contact and company fields (contract resource-fields). Values of fields live with their contacts."""

from honeyguide.features.fields.definitions import GROUPS, Definition, Definitions, FieldObject, definitions

__all__ = ["GROUPS", "Definition", "Definitions", "FieldObject", "definitions"]
