"""Every URL: the API, what visitors and recipients touch, the admin pages, health."""

from django.urls import include, path

urlpatterns = [
    path("", include("honeyguide.engine.api.urls")),
]
