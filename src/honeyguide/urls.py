"""Every URL: the API, what visitors and recipients touch, the admin pages, health."""

urlpatterns: list = []
