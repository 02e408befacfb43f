"""Which addresses a document may lead to or show."""

from __future__ import annotations

import re

LINK = re.compile(r"(?:https?://|mailto:|tel:|\{[a-z_]+(?:=[^{}]*)?\}|#|/(?!/))\S*", re.IGNORECASE)
IMAGE = re.compile(r"(?:https?://|/(?!/)|\{[a-z_]+(?:=[^{}]*)?\})\S*", re.IGNORECASE)
YOUTUBE = re.compile(
    r"https?://(?:www\.|m\.)?(?:youtube\.com/(?:watch\?(?:\S*&)?v=|embed/|shorts/)|youtu\.be/)([\w-]{6,20})\S*"
)
VIMEO = re.compile(r"https?://(?:www\.|player\.)?vimeo\.com/(?:video/)?(\d{1,15})\S*")
FILE = re.compile(r"https?://\S+\.(?:mp4|webm)(?:\?\S*)?")


def link(text: str) -> str:
    """The address, or nothing when a click on it could do other things than lead somewhere."""
    return text if LINK.fullmatch(text) else ""


def image(text: str) -> str:
    return text if IMAGE.fullmatch(text) else ""


def player(text: str) -> str:
    """The address of a frame that plays the video; empty for other places than the known ones."""
    if found := YOUTUBE.fullmatch(text):
        return f"https://www.youtube-nocookie.com/embed/{found[1]}"
    if found := VIMEO.fullmatch(text):
        return f"https://player.vimeo.com/video/{found[1]}"
    return ""


def is_video_file(text: str) -> bool:
    return bool(FILE.fullmatch(text))
