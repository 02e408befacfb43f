"""Uploaded files: images that pages and e-mails show, and files that assets give out."""
