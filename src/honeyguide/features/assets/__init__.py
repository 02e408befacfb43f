"""Assets: files that visitors download."""
