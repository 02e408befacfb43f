"""Notifications that browsers show, also while nobody looks at the site: Web Push (RFC 8030, 8188, 8291, 8292)."""
