"""One file per subject; each lists its `WORKLOADS`."""
