"""``python -m local.cloud up|deploy|status|down``: the same commands without the rest."""

from __future__ import annotations

import argparse
import sys

from local.cloud.commands import register
from local.cloud.process import CloudError

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="local.cloud")
    register(parser.add_subparsers(required=True))
    arguments = parser.parse_args()
    try:
        sys.exit(arguments.run(arguments))
    except CloudError as error:
        sys.exit(str(error))
