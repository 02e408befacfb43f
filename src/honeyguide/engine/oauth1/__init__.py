"""OAuth 1.0a (RFC 5849), for clients from the time before OAuth 2: three calls to get a token, and a signature on every call."""
