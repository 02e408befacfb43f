"""Widgets: figures that the dashboard and `/api/data` show, declared by features in `widgets.py`."""

from honeyguide.engine.widgets.charts import line, pie
from honeyguide.engine.widgets.period import Asked, ask
from honeyguide.engine.widgets.series import in_time, totals
from honeyguide.engine.widgets.source import Source
from honeyguide.engine.widgets.tables import Cell, table
from honeyguide.engine.widgets.widget import Data, Widget

__all__ = ["Asked", "Cell", "Data", "Source", "Widget", "ask", "in_time", "line", "pie", "table", "totals"]
