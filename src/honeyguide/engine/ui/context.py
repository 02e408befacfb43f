"""What every admin page's template knows."""

from typing import Any

from django.http import HttpRequest

from honeyguide import __version__
from honeyguide.engine.ui.guard import may
from honeyguide.engine.ui.registry import menu

THEMES = ("auto", "light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """The menu a user may see, their theme, and whether this is the demo profile."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"theme": "auto", "version": __version__}
    entries = [entry for entry in menu() if may(user, entry.right) and entry.when()]
    here = max((e.path for e in entries if _below(request.path, e.path)), key=len, default="")
    theme = (user.preferences or {}).get("theme")
    return {
        "menu_main": [entry for entry in entries if not entry.admin],
        "menu_admin": [entry for entry in entries if entry.admin],
        "menu_here": here,
        "theme": theme if theme in THEMES else "auto",
        "user": user,
        "version": __version__,
    }


def _below(path: str, start: str) -> bool:
    return path == start or path.startswith(f"{start}/")
