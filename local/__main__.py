"""``python -m local ACTION``: the actions of ``bordereau local`` without the other commands."""

from __future__ import annotations

import sys

from local.cli import parser

if __name__ == "__main__":
    chosen = parser().parse_args()
    sys.exit(chosen.run(chosen))
