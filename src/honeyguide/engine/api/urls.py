"""Where the API is mounted."""

from django.urls import re_path
from django.views.generic import RedirectView

from honeyguide.engine.api.views import api, openapi, without_slash

urlpatterns = [
    re_path(r"^(?:index\.php/)?api/openapi\.json$", openapi),
    re_path(r"^api/docs/?$", RedirectView.as_view(url="/s/api")),
    re_path(r"^(?:index\.php/)?api/(?P<path>(?s:.+)[^/])\Z", api),
    re_path(r"^(?:index\.php/)?api/(?P<path>(?s:.*))/\Z", without_slash),
    re_path(r"^(?:index\.php/)?api/?(?P<path>[^/]?)\Z", api),
]
