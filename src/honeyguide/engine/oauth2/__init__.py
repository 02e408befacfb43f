"""The OAuth 2 authorization server: clients, approval by a user, and the exchange of codes and secrets for tokens."""
