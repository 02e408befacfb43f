"""PostgreSQL: embedded in the data directory or yours, its schema, and the health of connections to it."""

MIGRATION_LOCK = 1_213_153_107  # the numbers of our advisory locks; any that nobody else uses
