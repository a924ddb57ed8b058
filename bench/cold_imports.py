"""Cold import of each function's handler, against boto3 with the clients that it uses."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
RUNS: Final = 3
CLIENTS: Final = {
    "open_mail": "s3",
    "register_invoices": "dynamodb s3 sqs",
    "apply_bank_statement": "dynamodb s3 sqs",
    "allocate_receipts": "dynamodb sqs",
    "refresh_workbook": "dynamodb s3 sqs",
    "apply_decisions": "dynamodb s3 sqs",
    "issue_advances": "dynamodb s3 sqs",
    "update_reserves": "dynamodb sqs",
    "raise_overdue_alerts": "dynamodb s3 sqs",
    "send_weekly_statements": "dynamodb s3 sqs",
    "write_documents": "dynamodb s3 sqs",
    "deliver_outbox": "dynamodb s3 sesv2",
    "control_books": "dynamodb s3 sqs",
}
"""The clients that a function makes when it is warm."""

_TIMED: Final = (
    "import time; started = time.process_time(); {code}; "
    "print(int((time.process_time() - started) * 1000))"
)


def print_imports() -> None:
    """Print milliseconds of processor time of each cold import, median of three, and the ratio."""
    print("\ncold import, processor ms (median of three) against boto3 + the same clients")
    for function, services in CLIENTS.items():
        handler = _median(f"import functions.{function}.handler")
        makes = "; ".join(f"s.client('{one}', region_name='eu-west-3')" for one in services.split())
        boto3 = _median(f"import boto3; s = boto3.Session(); {makes}")
        ratio = handler / boto3 if boto3 else 0
        print(f"  {function:26} {handler:6} {boto3:6} {ratio:6.2f}")


def _median(code: str) -> int:
    return int(statistics.median(_run(code) for _ in range(RUNS)))


def _run(code: str) -> int:
    path = os.pathsep.join((str(ROOT), str(ROOT / "shared")))
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(code=code)],
        env={**os.environ, "PYTHONPATH": path, "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)
