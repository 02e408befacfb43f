"""Dynamic content: text of a web page that depends on who reads it (engine tracking 11)."""
