"""Run alone in a child process: a PDF on standard input, its text on standard output.

PDFium can be aborted by a crafted page (handbook: corpora 3), so the limits are set before the
library is loaded. Imports nothing of this package: the parent gives ``sys.path``.
"""

import json
import resource
import sys

MEMORY_BYTES_MAX = 152 * 1024 * 1024
CPU_SECONDS_MAX = 1
PAGES_MAX = 10
CHARACTERS_MAX = 20_000


def main() -> None:
    """Read, extract, write; every failure is a return code other than zero."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    sys.path[:] = json.loads(sys.argv[1])
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415 - after the limits

    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    pages = []
    for index in range(min(len(document), PAGES_MAX)):
        pages.append(document[index].get_textpage().get_text_bounded())
        if sum(map(len, pages)) > CHARACTERS_MAX:
            break
    text = "\n".join(pages)[:CHARACTERS_MAX]
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
