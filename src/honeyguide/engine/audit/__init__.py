"""The audit log: who changed what, when and from where. `record` is the one place that writes it."""

from honeyguide.engine.audit.actor import Actor, acting, current
from honeyguide.engine.audit.changes import differences
from honeyguide.engine.audit.log import Entry, record, record_many

__all__ = ["Actor", "Entry", "acting", "current", "differences", "record", "record_many"]
