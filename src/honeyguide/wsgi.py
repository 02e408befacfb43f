"""What the web server calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "honeyguide.settings")
application = get_wsgi_application()

from honeyguide import settings  # noqa: E402 - Django is set up first
from honeyguide.engine.observation import traces, web  # noqa: E402

if settings.METRICS_TOKEN:
    web.prepare(settings.DATA_DIR / "metrics")
    application = web.timed(application)
if settings.TRACES:
    traces.begin("web")
    application = web.traced(application)
if settings.LOG_FORMAT == "json":
    application = web.named(application)
