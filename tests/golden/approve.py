"""Take the present documents as approved: ``python -m tests.golden.approve``, after a look.

Says what is new, changed or gone; git shows the difference.
"""

from __future__ import annotations

import sys

from tests.golden.rendered import APPROVED, all_rendered


def approve() -> list[str]:
    """Write what differs and remove what has no sample any more; return what was done."""
    APPROVED.mkdir(exist_ok=True)
    wanted = all_rendered()
    done = []
    for file, content in wanted.items():
        path = APPROVED / file
        before = path.read_text(encoding="utf-8") if path.exists() else None
        if before != content:
            path.write_text(content, encoding="utf-8")
            done.append(f"{'new' if before is None else 'changed'}: {file}")
    for path in sorted(APPROVED.iterdir()):
        if path.name not in wanted:
            path.unlink()
            done.append(f"gone: {path.name}")
    return done


if __name__ == "__main__":
    sys.stdout.write("\n".join(approve() or ["nothing has changed"]) + "\n")
