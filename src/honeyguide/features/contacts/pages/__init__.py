"""Parts of the contact pages that are more than a declaration: forms, batch actions, look-ups."""
