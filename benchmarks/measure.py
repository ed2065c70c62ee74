"""CPU seconds of things done in turn, and the machine they were done on."""

from __future__ import annotations

import gc
import platform
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROUNDS: Final = 5


def interleaved(variants: Mapping[str, Callable[[], Any]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """CPU seconds (all threads of this process) of every variant, one after the other, round by round."""
    seconds: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, variant in variants.items():
            gc.collect()
            begun = time.process_time()
            variant()
            seconds[name].append(time.process_time() - begun)
    return seconds


def medians(variants: Mapping[str, Callable[[], Any]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median of every variant's CPU seconds."""
    return {name: statistics.median(values) for name, values in interleaved(variants, rounds).items()}


def machine() -> dict[str, Any]:
    """What ran it: no names, no paths."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").split("\n") if cpuinfo.exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return {
        "processor": model or platform.processor() or platform.machine(),
        "cores": sum(line.startswith("processor") for line in lines) or None,
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def rounded(figures: Any) -> Any:
    """Figures as they are written down: three significant digits."""
    if isinstance(figures, dict):
        return {key: rounded(value) for key, value in figures.items()}
    if isinstance(figures, (list, tuple)):
        return [rounded(value) for value in figures]
    return float(f"{figures:.3g}") if isinstance(figures, float) else figures
