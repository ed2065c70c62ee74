"""`clean rules new` and `clean rules docs`: the two that write files. `rules.py` hangs them into its group."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clean.cli import terminal
from clean.errors import ConfigError, SinkError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clean.ruleset.model import Rule


@click.command("new", short_help="Begin a rule pack.")
@click.argument("rule_id", metavar="ID")
@click.option("-o", "--to", default="rules", show_default=True, metavar="DIR", help="Folder of packs to write it into.")
@click.option(
    "--category", default="", metavar="CATEGORY", help="Family of the rule; left for you to fill in when not given."
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="TAG",
    help="Language of the pack, BCP 47 (repeatable; en when not given).",
)
@click.option(
    "--unit",
    type=click.Choice(["line", "sentence", "span", "block"]),
    default="line",
    show_default=True,
    help="What the rule takes.",
)
def new(*, rule_id: str, to: str, category: str, languages: tuple[str, ...], unit: str) -> int:
    """Begin a rule pack: ID promo.harbour.app-line makes DIR/promo/harbour.toml with one rule to be filled in.

    The file is valid TOML; `clean rules test` names what is still empty. A file that is there already is left alone: a
    second rule is one more [[rule]] in it. The path is printed.
    """
    from clean.ruleset.scaffold import scaffold  # noqa: PLC0415 - --help must not pay for the engine

    made = scaffold(rule_id, category=category, languages=languages or ("en",), unit=unit)
    target = Path(to, made.path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(made.text)
    except FileExistsError as error:
        raise SinkError(
            "is there already; nothing was written",
            where=str(target),
            help="add a [[rule]] to it, or name another subject in the id",
        ) from error
    except OSError as error:
        raise SinkError(
            f"cannot write: {error.strerror}", where=str(target), help="name another folder with -o"
        ) from error
    terminal.out_line(terminal.escape(target, terminal.MESSAGE_CHARS))
    terminal.err(f"fill it in, then: clean rules test {terminal.escape(target)}")
    return 0


@click.command("docs", short_help="Write the rule reference.")
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@click.option(
    "-o",
    "--to",
    required=True,
    metavar="DIR",
    help="Folder to write: new, empty, or one this command has written before.",
)
@click.option("--no-builtin", is_flag=True, help="Leave out all built-in rules and entities.")
def docs(*, paths: tuple[str, ...], to: str, no_builtin: bool) -> int:
    """Write the rule reference of the packs (default: the built-in ones) as Markdown: a page a pack, and index.md.

    A page says what each rule matches and does, shows its examples and the provenance it yields. The same rules give the
    same bytes. Pages of an earlier call are replaced, and taken away when their pack is gone; other files make it stop.
    """
    from clean.report import rulebook  # noqa: PLC0415 - --help must not pay for the engine
    from clean.ruleset.load import load  # noqa: PLC0415

    if no_builtin and not paths:
        raise click.UsageError("--no-builtin leaves nothing to show; give the path of a pack")
    rules = [rule for rule in load(paths, builtin=not no_builtin).rules if rule.builtin == (not paths)]
    pages = rulebook.pages(_packs(rules, paths))
    _write(Path(to), pages, rulebook.MARK)
    terminal.out_line(f"{len(rules)} rules, {len(pages)} pages in {terminal.escape(to)}")
    return 0


def _packs(rules: Iterable[Rule], paths: tuple[str, ...]) -> dict[str, list[Rule]]:
    """The rules by pack, named as it lies in its folder. Raises ConfigError when two files would share a name."""
    packs: dict[str, list[Rule]] = {}
    for rule in rules:
        packs.setdefault(_named(rule, paths), []).append(rule)
    for name, members in packs.items():
        if len(files := sorted({rule.path for rule in members})) > 1:
            raise ConfigError(
                f"two packs are called {name}: {' and '.join(files)}", help="document one folder at a time"
            )
    return packs


def _named(rule: Rule, paths: tuple[str, ...]) -> str:
    if rule.builtin:
        return rule.path.removeprefix("rules/")
    file = Path(rule.path)
    inside = [folder for folder in paths if Path(folder) in file.parents]
    # A file named outright goes by its folder too, as the loader reads its ids.
    return (file.relative_to(inside[0]) if inside else Path(file.parent.name, file.name)).as_posix()


def _write(folder: Path, pages: Mapping[str, str], mark: str) -> None:
    """Each page under its path below the folder; pages of ours that are no longer made go. Raises SinkError."""
    try:
        there = {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if not file.is_dir()}
        strange = [name for name, file in there.items() if not _ours(file, mark)]
        if strange:
            raise SinkError(
                f"holds {strange[0]!r}, which `clean rules docs` did not write; nothing was written",
                where=str(folder),
                help="name a new or empty folder with -o",
            )
        for name, text in pages.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.with_name(f".{target.name}.tmp-{os.getpid()}")
            temporary.write_bytes(text.encode("utf-8", "backslashreplace"))
            temporary.replace(target)
        for name in there.keys() - pages.keys():
            there[name].unlink()
    except OSError as error:
        raise SinkError(
            f"cannot write: {error.strerror}", where=str(folder), help="name another folder with -o"
        ) from error


def _ours(file: Path, mark: str) -> bool:
    if file.suffix != ".md" or file.is_symlink():
        return False
    with file.open("rb") as opened:
        return opened.read(len(mark.encode())) == mark.encode()
