"""Every URL: the API, what visitors and recipients touch, the admin pages, health, landing pages."""

from django.urls import include, path

handler500 = "honeyguide.health.server_error"

urlpatterns = [
    path("", include("honeyguide.engine.api.urls")),
    path("", include("honeyguide.engine.oauth2.urls")),
    path("", include("honeyguide.engine.tracking.urls")),
    path("", include("honeyguide.health")),
    path("", include("honeyguide.engine.ui.urls")),
    path("", include("honeyguide.features.pages.urls")),  # last: landing pages may have any address that is left
]
