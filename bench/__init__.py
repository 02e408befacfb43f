"""Workloads beside their physical limits. `make bench`, or `python -m bench --contacts 100000 --only api`."""
