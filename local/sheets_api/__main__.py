"""`python -m local.sheets_api --port N --workbook FILE.xlsx [--id ID]`."""

import argparse
import gc
from pathlib import Path

from local.sheets_api import serve

parser = argparse.ArgumentParser(description="An embedded Google Sheets over one .xlsx file.")
parser.add_argument("--port", type=int, default=0, help="0 chooses a free one")
parser.add_argument("--workbook", type=Path, required=True, help="made when it is not there")
parser.add_argument("--id", default=None, help="id of the spreadsheet")
# A workbook is a hundred thousand dicts without cycles: looking for some costs a quarter of
# the time.
gc.set_threshold(100_000, 50, 50)
arguments = parser.parse_args()
serve(arguments.port, arguments.workbook, arguments.id)
