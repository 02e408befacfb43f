"""The Procrastinate app. Tasks: `from honeyguide.engine.jobs.app import app`, then `@app.task` in a feature's `jobs.py`.

A task is deferred in the transaction of the change that wants it, so it exists exactly when the change does. One whose
worker was killed is run again, so it must be safe to run twice.
"""

from procrastinate.contrib.django import app

__all__ = ["app"]
