"""Background work: Procrastinate tasks, pumps and consumers of the event log, and the worker and tick that run them."""
