"""The client as it is packed by clients/python: without the server."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_package_has_the_client_and_needs_nothing_else(tmp_path):
    packing = tomllib.loads((ROOT / "clients/python/pyproject.toml").read_text())
    include = packing["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for source, target in include.items():
        (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / target).symlink_to((ROOT / "clients/python" / source).resolve())
    program = (
        "import sys, pathlib; sys.path = [p for p in sys.path if not pathlib.Path(p, 'honeyguide').exists()];"  # no server
        f"sys.path.insert(0, {str(tmp_path)!r}); import honeyguide.client;"
        "print(honeyguide.client.__file__); print(sorted({name.split('.')[0] for name in sys.modules}))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.startswith(str(tmp_path))
    assert "django" not in told.splitlines()[1]
    assert "psycopg" not in told.splitlines()[1]
