"""Forms: what visitors fill in, and what happens then (engine forms)."""
