"""``make mutants``: every survivor is explained in ``explained.json``, or this fails.

``python -m tests.mutants [MODULE …]`` (with ``PYTHONPATH=.:shared``) tries some modules only.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Final

from tests.mutants.operators import mutants
from tests.mutants.trial import cases, survivors

MODULES: Final = (
    "bordereau.domain.money",
    "bordereau.domain.availability",
    "bordereau.domain.invoices",
    "bordereau.domain.fund",
    "bordereau.domain.cash",
    "bordereau.services.apply_receipt",
)
AT_ONCE: Final = int(os.environ.get("MUTANTS_AT_ONCE", os.cpu_count() or 1))
EXPLAINED: Final = Path(__file__).with_name("explained.json")


def main(modules: list[str]) -> int:
    """Try every mutant; return 1 if a survivor is not explained, or an explanation is stale."""
    explained: dict[str, str] = json.loads(EXPLAINED.read_text(encoding="utf-8"))
    started, listed = time.monotonic(), cases()
    found: list[str] = []
    for module in modules:
        file = importlib.import_module(module).__file__
        made = list(mutants(Path(str(file)).read_text(encoding="utf-8")))
        left = survivors(made, module, listed, at_once=AT_ONCE)
        alive = []
        for mutant in left:
            alive.append(f"{module} {mutant.name}")
            mark = "explained" if alive[-1] in explained else "SURVIVES"
            sys.stdout.write(f"  {mark}  {alive[-1]}\n")
            sys.stdout.flush()
        found += alive
        sys.stdout.write(f"{module}: {len(made)} mutants, {len(alive)} survive\n")
        sys.stdout.flush()
    tried = tuple(f"{module} " for module in modules)
    stale = [name for name in explained if name.startswith(tried) and name not in found]
    sys.stdout.writelines(f"no longer a survivor: {name}\n" for name in stale)
    sys.stdout.write(f"{len(found)} survivors in {time.monotonic() - started:.0f} s\n")
    return 1 if stale or [name for name in found if name not in explained] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(MODULES)))
