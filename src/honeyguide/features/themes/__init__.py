"""Themes: looks of e-mails, pages and forms, as folders that can be uploaded as zip files."""
