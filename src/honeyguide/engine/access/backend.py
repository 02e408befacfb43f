"""Checks a user name or e-mail address and a password."""

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.db.models import Q


class UserNameOrEmailBackend(BaseBackend):
    """Signs in published users. Takes as long for an unknown name as for a wrong password."""

    def authenticate(self, request, username=None, password=None):
        users = get_user_model().objects
        user = users.select_related("role").filter(Q(username__iexact=username) | Q(email__iexact=username)).first()
        if user is None:
            get_user_model()().set_password(password)
            return None
        return user if user.check_password(password) and user.is_published else None

    def get_user(self, user_id):
        return get_user_model().objects.select_related("role").filter(pk=user_id, is_published=True).first()
