"""Visits of web pages: the tracking script and pixel, who the visitor is, and what a visit changes (engine tracking)."""
