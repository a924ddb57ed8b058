"""Inflating with a cap: declared sizes lie, so bytes are counted as they come out."""

from __future__ import annotations

import zlib

from bordereau.readers.refusal import refused


def inflate(data: bytes, limit: int) -> bytes:
    """Return the zlib stream ``data`` inflated.

    Raises:
        RefusedError: ``content-too-big`` beyond ``limit`` bytes, ``content-damaged`` if it is no
            zlib stream.
    """
    machine = zlib.decompressobj()
    try:
        found = machine.decompress(data, limit + 1)
    except zlib.error as error:
        raise refused("content-damaged") from error
    if len(found) > limit:
        raise refused("content-too-big", megabytes=str(limit // 2**20))
    return found
