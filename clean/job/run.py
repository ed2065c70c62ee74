"""The whole run: rules first, then the plan, then shards, then run.json as the mark that all is there."""

# Names of files are bytes here: they need not be UTF-8.
# ruff: noqa: PTH100, PTH119
from __future__ import annotations

import os
import platform
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clean import __version__, schema
from clean.cleaner import Cleaner
from clean.job import plan as planning
from clean.job.counts import Counts
from clean.job.shard import Setting, part_names, run_shard
from clean.job.timings import Timings
from clean.output import card, croissant, folder, write
from clean.output.about import About, one_license, run_name
from clean.prove import proved
from clean.sources.remote import is_address, last

if TYPE_CHECKING:
    from collections.abc import Callable

    from clean.job.plan import Options, Plan
    from clean.sources.model import Reject

PACKAGES: Final = (  # what bytes can depend on
    "backports.zstd", "brotli", "charset-normalizer", "fastwarc", "ftfy", "justext", "lxml", "numpy", "orjson", "pyarrow", "regex",
    "resiliparse", "trafilatura",
)  # fmt: skip


_Made = tuple[Counts, list[dict[str, Any]]]  # the counts, and the rows of `generated`


@dataclass(slots=True)
class Summary:
    """What a run came to, for the last lines a person reads."""

    counts: Counts = field(default_factory=Counts)
    told: list[Reject] = field(default_factory=list)
    plan: Plan | None = None
    timings: Timings = field(default_factory=Timings)


@dataclass(frozen=True, slots=True)
class Watch:
    """What the caller wants to hear while a run goes on."""

    planned: Callable[[Plan], None] = lambda _: None
    surveying: Callable[[str], None] = lambda _: None
    documents: Callable[[int], None] = lambda _: None


def run(
    options: Options,
    *,
    allowed: Callable[[Counts], bool] = lambda counts: not counts.rejected,
    watch: Watch | None = None,
) -> Summary:
    """Clean the inputs into OUT. `allowed` says whether these rejects still end well: the `exit` of run.json.

    Raises RuleError, ConfigError, SinkError or SourceError before OUT is made; SinkError when writing fails.
    """
    watch = watch or Watch()
    started = datetime.now(UTC)
    timings = Timings()
    with timings.stage("rules"):
        cleaner = compile_rules(options)
    out = Path(options.out)
    folder.check(out, overwrite=options.overwrite)
    with timings.stage("plan"):
        plan = planning.make(options, watch.surveying)
    watch.planned(plan)
    names = [name for shard in plan.shards for name in part_names(shard.number, lines_too=options.lines)]
    folder.begin(out, [*names, folder.CARD, folder.CROISSANT], schema.SCHEMA_VERSION)
    metadata = write.file_metadata(__version__, cleaner.ruleset)
    setting = Setting(out, plan.columns, metadata, options.repair, options.lines, options.limit)
    summary = Summary(plan=plan, timings=timings)
    generated: list[dict[str, Any]] = []
    for shard in plan.shards:
        if options.limit is not None:
            setting = replace(setting, limit=options.limit - summary.counts.documents)
        done = run_shard(shard, setting, cleaner, _after(summary.counts.documents, watch))
        summary.counts.add(done.counts)
        summary.told += done.told
        timings.add(done.timings)
        generated += done.generated
    about = _about(options, summary.counts, cleaner.ruleset)
    generated.append(_write_text(out, folder.CARD, card.render(about)))
    described = croissant.render(about, generated, plan.columns.schema)
    generated.append(_write_text(out, folder.CROISSANT, described))
    code = 0 if allowed(summary.counts) else 2
    folder.write_json(out, folder.RUN, _record(options, plan, cleaner, (summary.counts, generated), (started, code)))
    return summary


def _after(before: int, watch: Watch) -> Callable[[int], None]:
    return lambda count: watch.documents(before + count)


def compile_rules(options: Options) -> Any:
    """The cleaner of a run. A user's packs are proved before any input is opened. Raises RuleError, ConfigError."""
    cleaner = Cleaner(
        rules=list(options.rules), builtin=options.builtin, select=options.select, ignore=options.ignore,
        keep=options.keep, drop=options.drop, budget=options.budget, matcher=options.matcher,
    )  # fmt: skip
    return proved(cleaner) if options.rules else cleaner


def _about(options: Options, counts: Counts, ruleset: str) -> About:
    """What card and croissant.json say of the run."""
    return About(
        run_name(_roots(options)), counts.documents, counts.rows, counts.rejected, ruleset,
        tuple(sorted(counts.languages)), one_license(counts.licenses),
    )  # fmt: skip


def _roots(options: Options) -> list[str]:
    """The inputs by their last components: where on a machine they lay is nobody's business."""
    roots = [
        last(path)
        if is_address(path)
        else os.fsencode(os.path.basename(os.path.abspath(path))).decode("utf-8", "backslashreplace")
        for path in options.inputs
    ]
    return roots + ["--files-from"] * len(options.lists) + ([options.standard.source_path] if options.standard else [])


def _write_text(out: Path, name: str, text: str) -> dict[str, Any]:
    with folder.replacing(out, name) as temporary:
        temporary.write_bytes(text.encode())
    digest, size = folder.sha256(out / name)
    return {"path": name, "rows": None, "bytes": size, "sha256": digest}


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _record(options: Options, plan: Plan, cleaner: Any, made: _Made, end: tuple[datetime, int]) -> dict[str, Any]:
    """run.json, its keys in the order of SCHEMA 3."""
    (counts, generated), (started, code) = made, end
    packages = {name: found for name in PACKAGES if (found := _installed(name))}
    rules = [
        {"id": r.id, "version": r.version, "category": r.category, "action": r.action, "status": r.status}
        for r in cleaner.rules
    ]
    names = plan.columns.names
    return {
        "schema_version": schema.SCHEMA_VERSION,
        "run": {
            "id": str(uuid.uuid4()),
            "started_at": started.isoformat(),
            "ended_at": datetime.now(UTC).isoformat(),
            "exit": code,
            "resumed": False,
        },
        "tool": {
            "name": "newsclean",
            "version": __version__,
            "python": platform.python_version(),
            "packages": packages,
            "platform": platform.platform(),
        },
        "plan": {
            "ruleset": cleaner.ruleset,
            "packs": list(cleaner.packs),
            "options": options.bytes_matter(),
            "rules": rules,
        },
        "used": {
            "roots": _roots(options),
            "files": len(plan.files),
            "bytes": plan.bytes,
            "manifest_sha256": plan.manifest_sha256,
        },
        "generated": generated,
        "counts": counts.record(plan.skipped),
        "columns": {
            "roles": plan.roles,
            "passed": [n for n, o in names.items() if n == o],
            "renamed": plan.columns.renamed,
        },
    }
