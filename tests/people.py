"""The three people of the tests: Ada may everything, Bo only what is his own, Cy nothing."""

from functools import cache

from django.contrib.auth.hashers import get_hasher, make_password

from honeyguide.features.users.models import Role, User

PASSWORD = "correct horse battery staple"

OWN_RECORDS = {
    "lead:leads": ["viewown", "editown", "deleteown", "create"],
    "lead:lists": ["viewown", "editown", "deleteown", "create"],
    "email:emails": ["viewown", "editown", "deleteown", "publishown", "create"],
    "api:access": ["full"],
}


def ada() -> User:
    """Ada Admin, whose role is administrator."""
    return _person("ada", "Admin", Role(name="Administrator", is_admin=True))


def bo() -> User:
    """Bo Own, who may create contacts, segments and e-mails and work with those that are his."""
    return _person("bo", "Own", Role(name="Own records", raw_permissions=OWN_RECORDS))


def cy() -> User:
    """Cy None, who may sign in and nothing else."""
    return _person("cy", "None", Role(name="No rights", raw_permissions={}))


@cache
def _hashed(algorithm: str) -> str:
    """The password's hash, which is slow to make, once per process; tests may choose a faster algorithm."""
    return make_password(PASSWORD, hasher=algorithm)


def _person(name: str, last_name: str, role: Role) -> User:
    """The person, made on first use."""
    if found := User.objects.select_related("role").filter(username=name).first():
        return found
    role.save()
    user = User(username=name, first_name=name.title(), last_name=last_name, email=f"{name}@example.com", role=role)
    user.password = _hashed(get_hasher().algorithm)
    user.save()
    return user
