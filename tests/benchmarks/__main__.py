"""Measures everything and prints one table: `make bench`. Nothing here is a test; ratios within one run hold."""

import sys
from importlib import import_module

from tests.benchmarks.table import printed

NOUNS = ("saving", "lists", "findings", "forecast", "imports")

if __name__ == "__main__":
    wanted = sys.argv[1:] or NOUNS
    rows = [row for noun in wanted for row in import_module(f"tests.benchmarks.{noun}").measure()]
    sys.stdout.write(printed(rows) + "\n")
