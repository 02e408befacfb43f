"""Runs the workloads and prints ours, limit and ratio.

python -m bench [--contacts 100000,1000000] [--only api,segments] [--port 8099]
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil

from rich.console import Console

from bench import harness, workloads

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "honeyguide.settings")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", default=os.environ.get("BENCH_CONTACTS", "100000,1000000"))
    parser.add_argument("--only", default="", help="names of workload modules, comma separated")
    parser.add_argument("--port", type=int, default=8099)
    args = parser.parse_args()
    names = [info.name for info in pkgutil.iter_modules(workloads.__path__)]
    wanted = [n for n in names if not args.only or n in args.only.split(",")]
    with harness.server(port=args.port) as (base, data_dir):
        import django

        django.setup()
        from bench.data import fill

        figures: list[harness.Figure] = []
        for size in sorted(int(part) for part in args.contacts.split(",")):
            Console().rule(f"{size:,} contacts")
            fill(size)
            bench = harness.Bench(base, size, data_dir, figures)
            for name in wanted:
                for workload in importlib.import_module(f"bench.workloads.{name}").WORKLOADS:
                    harness.quiet()
                    workload(bench)
        harness.show(figures)
        Console().print(f"written to {harness.write(figures)}")


if __name__ == "__main__":
    main()
