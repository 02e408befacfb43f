"""Refusals of the authorization server. Type and text are the contract's (auth 4)."""

from __future__ import annotations


class OAuthError(Exception):
    """`kind` is OAuth's `error`, `message` its `error_description`."""

    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.kind, self.message = kind, message


class Redirected(OAuthError):
    """A refusal that the client is told by sending the user back to it."""


class ClientNotFound(Exception):
    """No client has this id."""


INVALID_GRANT_TYPE = ("invalid_request", "Invalid grant_type parameter or parameter missing")
NO_CLIENT = ("invalid_client", "Client id was not found in the headers or body")
WRONG_CLIENT = ("invalid_client", "The client credentials are invalid")
GRANT_NOT_ALLOWED = ("unauthorized_client", "The grant type is unauthorized for this client_id")
NO_CODE = ("invalid_request", 'Missing parameter. "code" is required')
NO_REDIRECT = ("invalid_request", "The redirect URI parameter is required.")
WRONG_CODE = ("invalid_grant", "Code doesn't exist or is invalid for the client")
OTHER_REDIRECT = ("redirect_uri_mismatch", "The redirect URI is missing or do not match")
EXPIRED_CODE = ("invalid_grant", "The authorization code has expired")
WRONG_VERIFIER = ("invalid_grant", "The code verifier is missing or does not match the code challenge")
NO_PASSWORD = ("invalid_request", 'Missing parameters. "username" and "password" required')
WRONG_PASSWORD = ("invalid_grant", "Invalid username and password combination")
NO_REFRESH_TOKEN = ("invalid_request", 'No "refresh_token" parameter found')
WRONG_REFRESH_TOKEN = ("invalid_grant", "Invalid refresh token")
EXPIRED_REFRESH_TOKEN = ("invalid_grant", "Refresh token has expired")
WRONG_SCOPE = ("invalid_scope", "An unsupported scope was requested.")
NO_CLIENT_ID = ("invalid_request", "No client id supplied")
REDIRECT_MISSING = ("redirect_uri_mismatch", "The redirect URI is mandatory and was not supplied.")
REDIRECT_UNKNOWN = ("redirect_uri_mismatch", "The redirect URI provided does not match registered URI(s).")
WRONG_RESPONSE_TYPE = ("invalid_request", "Invalid response type.")
UNKNOWN_RESPONSE_TYPE = ("unsupported_response_type", "The response type is not supported.")
WRONG_CHALLENGE = ("invalid_request", "The code challenge or its method is not valid.")
DENIED = ("access_denied", "The user denied access to your application")
