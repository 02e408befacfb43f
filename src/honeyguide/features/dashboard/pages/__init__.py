"""Pages of dashboards that people arrange."""
