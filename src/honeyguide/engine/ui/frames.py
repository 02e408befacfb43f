"""Foreign HTML (an e-mail) in a frame of our own pages."""

from __future__ import annotations

from django.http import HttpResponse

from honeyguide.engine.ui.middleware import FRAME_POLICY

NEW_WINDOW = '<base target="_blank">'


def framed(html: str) -> HttpResponse:
    """The HTML with a policy that lets it run nothing. Its links open in a new window where the frame allows any."""
    response = HttpResponse(html + NEW_WINDOW)
    response["Content-Security-Policy"] = FRAME_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Referrer-Policy"] = "no-referrer"
    return response
