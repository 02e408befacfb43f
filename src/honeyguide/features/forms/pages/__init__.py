"""Admin pages of forms."""
