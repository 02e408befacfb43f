"""API credentials: applications that may ask for tokens, and users' own tokens."""
