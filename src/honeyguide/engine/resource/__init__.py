"""What a resource is. Knows no HTTP."""

from honeyguide.engine.resource.errors import Denied, Invalid, NotFound, Refused
from honeyguide.engine.resource.resource import Action, Resource, Rights

__all__ = ["Action", "Denied", "Invalid", "NotFound", "Refused", "Resource", "Rights"]
