"""Pages of campaigns beside list, detail and form."""
