"""SQL as text: composed conditions, bulk statements, and the connection they run on."""

from honeyguide.engine.sql.clause import ALL, NONE, Clause, named
from honeyguide.engine.sql.patterns import literal, wildcards
from honeyguide.engine.sql.statements import copy_rows, execute, one, rows, scalar

__all__ = ["ALL", "NONE", "Clause", "copy_rows", "execute", "literal", "named", "one", "rows", "scalar", "wildcards"]
