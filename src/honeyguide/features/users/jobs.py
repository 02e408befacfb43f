"""What users need done in the background."""

from honeyguide.engine.jobs.app import app
from honeyguide.features.users.resetting import send_link


@app.task
def send_password_link(name: str, site: str) -> None:
    """Sends the link for a new password, if there is such an account."""
    send_link(name, site)
