"""Public addresses of e-mails: the engine's own, and those that features declare in their `public.py`."""

from django.urls import URLPattern, path

from honeyguide.engine.tracking import views
from honeyguide.loader import collect

urlpatterns = [
    path("email/<str:sealed>.gif", views.pixel),
    path("r/<str:token>", views.redirect),
    path("redirect/<str:token>", views.redirect),
    path("email/unsubscribe/<str:sealed>", views.unsubscribe),
    path("email/unsubscribe/<str:sealed>/<path:address>/<str:signature>", views.unsubscribe),
    path("email/resubscribe/<str:sealed>", views.resubscribe),
    *collect("public", URLPattern),
]
