"""Run alone in a child process: a workbook on standard input, its cells as JSON on standard output.

A crafted workbook can abort the process or eat all memory (handbook: sheets 4), so the limits are
set before the library is loaded. Imports nothing of this package: the parent gives ``sys.path``.
"""

import io
import json
import resource
import sys
from decimal import Decimal
from typing import Any

MEMORY_BYTES_MAX = 192 * 1024 * 1024
CPU_SECONDS_MAX = 2
ROWS_MAX = 20_000


def main() -> None:
    """Read, convert, write; every failure is a return code other than zero."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    sys.path[:] = json.loads(sys.argv[1])
    import python_calamine  # noqa: PLC0415 - after the limits and the path

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    sheets: list[list[list[str]]] = []
    for sheet in book.sheets_metadata:
        if sheet.visible is not python_calamine.SheetVisibleEnum.Visible:
            sheets.append([])
            continue
        rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False, nrows=ROWS_MAX)
        sheets.append([[cell_text(value) for value in row] for row in rows])
    json.dump(sheets, sys.stdout)


def cell_text(value: Any) -> str:  # noqa: ANN401 - whatever a cell holds
    """Return a cell as text with its kind in front (see ``cells.py``)."""
    kind = type(value).__name__
    if kind == "str":
        return f"t{value}" if value else ""
    if kind == "datetime":
        return f"d{value.date().isoformat()}"
    if kind == "date":
        return f"d{value.isoformat()}"
    if kind in {"int", "float"}:
        return f"n{Decimal(format(value, '.15g')):f}"
    return f"t{value}"


if __name__ == "__main__":
    main()
