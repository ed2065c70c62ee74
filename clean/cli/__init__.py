"""The command line. One file a verb, imported when its verb is called; nothing here imports pyarrow or the engine.

Exit codes: 0 done · 1 findings (never from `run`) · 2 any error · 130 and 143 interrupted. A broken pipe is no error, and
no traceback reaches a user.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
from typing import Any, Final, NoReturn

import click

from clean.cli import terminal
from clean.errors import CleanError

VERBS: Final = {  # verb → its help line; the module is clean/cli/<verb>.py and holds `command`
    "run": "Clean files and folders into an OUT folder of Parquet.",
    "text": "Clean one text to standard output.",
    "explain": "Show every line of a text with the rule that takes or keeps it.",
    "check": "Look only: name every line that run would take out.",
    "rules": "List, show, prove, begin and document rules.",
    "report": "Count what was removed: by rule, category and host.",
    "restore": "Give the original texts back.",
    "export": "Write the rows as JSON lines, CSV or Dolma, the run as PROV-JSON.",
    "verify": "Check every promise an OUT folder makes.",
    "schema": "Show the columns that are written.",
}


class Terminated(BaseException):
    """SIGTERM arrived."""


class _Verbs(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"clean.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    from importlib import metadata  # noqa: PLC0415 - rarely asked

    with contextlib.suppress(metadata.PackageNotFoundError):
        terminal.out_line(f"newsclean {metadata.version('newsclean')}")
    ctx.exit()


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def cli() -> None:
    """Take the lines that are not the article out of news text, keep them as provenance, give the original back."""


def main(argv: list[str] | None = None) -> NoReturn:
    """The entry point: run the command line and exit."""
    sys.exit(call(sys.argv[1:] if argv is None else argv))


def call(argv: list[str]) -> int:
    """Run the command line; the exit code. Nothing escapes."""
    with contextlib.suppress(ValueError):  # not the main thread: the caller's signals are the caller's
        signal.signal(signal.SIGTERM, _terminate)
    try:
        return _guarded(argv)
    except KeyboardInterrupt:
        terminal.err("interrupted; no half-written file stands under its final name")
        return 130
    except Terminated:
        terminal.err("terminated; no half-written file stands under its final name")
        return 143


def _terminate(*_: Any) -> NoReturn:
    raise Terminated


def _guarded(argv: list[str]) -> int:
    try:
        with cli.make_context("clean", list(argv)) as context:
            code = cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return _flushed(stop.exit_code)
    except click.Abort:
        return 130
    except click.ClickException as fault:
        return _usage(fault)
    except CleanError as fault:
        terminal.error(fault)
        return 2
    except BrokenPipeError:
        return _pipe_closed()
    except MemoryError:
        terminal.err("error: out of memory; give the machine more, or fewer and smaller inputs at once")
        return 2
    except Exception as fault:  # noqa: BLE001 - the last net: a person gets a line, never a traceback
        terminal.err(f"error: {type(fault).__name__}: {terminal.escape(' '.join(str(fault).split()), 500)}")
        terminal.err("  help: this is a fault of ours; please report it with the command you gave")
        return 2
    return code if isinstance(code, int) else 0


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _pipe_closed()
    return code


def _pipe_closed() -> int:
    # The reader left; what Python still holds for stdout must not raise again at exit.
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _usage(fault: click.ClickException) -> int:
    context = fault.ctx if isinstance(fault, click.UsageError) else None
    if isinstance(fault, click.exceptions.NoArgsIsHelpError):
        terminal.err(fault.format_message())
        return 2
    if context is not None:
        terminal.err(context.get_usage())
    terminal.err(f"error: {terminal.escape(fault.format_message(), terminal.MESSAGE_CHARS)}")
    if context is not None:
        terminal.err(f"  help: {context.command_path} --help lists every flag")
    return 2
