"""Where the authorization server is mounted."""

from django.urls import re_path

from honeyguide.engine.oauth1 import views as oauth1
from honeyguide.engine.oauth2 import views

urlpatterns = [
    re_path(r"^(?:index\.php/)?oauth/v2/token$", views.token),
    re_path(r"^(?:index\.php/)?oauth/v2/authorize$", views.authorize),
    re_path(r"^(?:index\.php/)?oauth/v2/authorize_login$", views.authorize_login),
    re_path(r"^(?:index\.php/)?oauth/v2/authorize_login_check$", views.authorize_login_check),
    re_path(r"^(?:index\.php/)?oauth/v1/request_token$", oauth1.request_token),
    re_path(r"^(?:index\.php/)?oauth/v1/authorize$", oauth1.authorize),
    re_path(r"^(?:index\.php/)?oauth/v1/access_token$", oauth1.access_token),
    re_path(r"^(?:index\.php/)?oauth/(?P<path>.*)$", views.missing),
]
