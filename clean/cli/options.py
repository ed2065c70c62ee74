"""Flags that several verbs share, each with its one help sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def _all(*decorators: Callable[[Any], Any]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


def rule_flags(function: F) -> F:
    """Which rules apply and what they do."""
    return _all(
        click.option(
            "--rules",
            multiple=True,
            metavar="PATH",
            help="Add a rule pack: a TOML file or a folder of them (repeatable).",
        ),
        click.option("--no-builtin", is_flag=True, help="Leave out all built-in rules and entities."),
        click.option(
            "--select",
            multiple=True,
            metavar="PREFIX",
            help="Use only rules whose id or category lies under PREFIX (repeatable).",
        ),
        click.option(
            "--ignore",
            multiple=True,
            metavar="PREFIX",
            help="Leave out rules whose id or category lies under PREFIX (repeatable).",
        ),
        click.option(
            "--keep",
            multiple=True,
            metavar="PREFIX",
            help="Record matches under PREFIX but leave their text in (repeatable).",
        ),
        click.option(
            "--drop",
            multiple=True,
            metavar="PREFIX",
            help="Take out matches under PREFIX that would only be recorded (repeatable).",
        ),
        click.option(
            "--budget",
            type=click.FloatRange(0, 1),
            default=0.8,
            show_default=True,
            metavar="SHARE",
            help="Keep a text whole when more than this share of it would go.",
        ),
        click.option(
            "--matcher",
            type=click.Choice(["fast", "reference"]),
            default="fast",
            show_default=True,
            help="Which engine matches; both give the same answers.",
        ),
    )(function)


def talk_flags(function: F) -> F:
    """How much is said, and in what colour."""
    return _all(
        click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors and rejects."),
        click.option("-v", "--verbose", is_flag=True, help="Name every reject, not only the first twenty."),
        color_flag,
    )(function)


def color_flag(function: F) -> F:
    """Colour or none."""
    return _all(
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            show_default=True,
            help="Colour what is said; auto means on a terminal and without NO_COLOR.",
        ),
    )(function)


def cleaner_arguments(given: dict[str, Any]) -> dict[str, Any]:
    """The flags of `rule_flags` as arguments of `Cleaner`."""
    return {
        "rules": list(given["rules"]),
        "builtin": not given["no_builtin"],
        **{name: given[name] for name in ("select", "ignore", "keep", "drop", "budget", "matcher")},
    }
