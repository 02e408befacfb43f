"""Public addresses of e-mails: the engine's own, and those that features declare in their `public.py`."""

from django.urls import URLPattern, path

from honeyguide.engine.tracking import views
from honeyguide.loader import collect

urlpatterns = [
    path("email/<str:sealed>.gif", views.pixel),
    path("r/<str:token>", views.redirect),
    path("redirect/<str:token>", views.redirect),
    *collect("public", URLPattern),
]
