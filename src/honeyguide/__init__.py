"""Honeyguide: a marketing-automation server with the REST API of Mautic 5.1."""

__version__ = "0.1.0"
