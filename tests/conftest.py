"""Fixtures that several files of tests share."""

from __future__ import annotations

import pytest

from clean.cli import call


@pytest.fixture
def clean(capfdbinary):
    """`clean(*argv)`: the command in this process; exit code, standard output, standard error."""

    def run(*argv):
        code = call([str(word) for word in argv])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return run
