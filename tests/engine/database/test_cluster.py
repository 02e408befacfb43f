import pwd
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from honeyguide.engine.database import cluster


def test_two_servers_that_start_at_once_on_a_new_machine_make_the_user_once(monkeypatch):
    made = []

    def useradd(command, **_):
        time.sleep(0.1)
        made.append(SimpleNamespace(pw_uid=999 - len(made)))
        return SimpleNamespace(stderr="")

    def getpwnam(name):
        if not made:
            raise KeyError(name)
        return made[-1]

    monkeypatch.setattr(subprocess, "run", useradd)
    monkeypatch.setattr(pwd, "getpwnam", getpwnam)
    with ThreadPoolExecutor(2) as both:
        found = [both.submit(cluster._unprivileged_user) for _ in range(2)]

    assert [one.result() for one in found] == [999, 999]
    assert len(made) == 1
