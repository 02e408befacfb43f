"""What every admin page's template knows."""


def shell(request) -> dict:
    return {}
