"""Reports: tables and charts over what was recorded (engine reports)."""
