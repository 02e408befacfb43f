"""Where the authorization server is mounted."""

from django.urls import re_path

from honeyguide.engine.oauth2 import views

urlpatterns = [
    re_path(r"^(?:index\.php/)?oauth/v2/token$", views.token),
    re_path(r"^(?:index\.php/)?oauth/v2/authorize$", views.authorize),
    re_path(r"^(?:index\.php/)?oauth/v2/authorize_login$", views.authorize_login),
    re_path(r"^(?:index\.php/)?oauth/v2/authorize_login_check$", views.authorize_login_check),
    re_path(r"^(?:index\.php/)?oauth/(?P<path>.*)$", views.missing),
]
