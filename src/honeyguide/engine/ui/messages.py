"""Flash messages: what a page says once after an action."""

from django.contrib import messages
from django.http import HttpRequest


def success(request: HttpRequest, text: str) -> None:
    messages.success(request, text)


def warning(request: HttpRequest, text: str) -> None:
    messages.warning(request, text)


def error(request: HttpRequest, text: str) -> None:
    messages.error(request, text)
