"""Parts of the e-mail pages that are more than a declaration: previews, sending, statistics."""
