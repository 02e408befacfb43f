"""Forgetting what is old: visitors, the audit log, months of events, contacts that were quiet for years (docs/operations.md)."""
