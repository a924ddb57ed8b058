"""PDFs that embed too much, in circles, under odd filters, or cost too much to lay out."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from typing import Final

import pikepdf

from tests.corpus.hostile_own.broken_xml import CII
from tests.corpus.hostile_own.model import Hostile

_NAME: Final = "factur-x.xml"
Change = Callable[[pikepdf.Pdf], None]


def files() -> Iterator[Hostile]:
    """Yield them all."""
    yield from _embedded()
    yield from _trees()
    yield from _pages()
    whole = pdf()
    yield Hostile("pdf/twice.pdf", whole + whole, "accept", "the file twice in a row")
    yield Hostile("pdf/tail.pdf", whole + b"\x00" * 2000, "accept", "zeros at the end")
    yield Hostile("pdf/head_lost.pdf", whole[9:], "reject", "the header lost")
    yield Hostile(
        "pdf/startxref.pdf",
        _last(whole, b"startxref", b"startxref\n-5\n%%EOF"),
        "accept-or-reject",
        "a negative cross-reference offset",
    )
    yield Hostile(
        "pdf/trailer_lost.pdf",
        whole.replace(b"trailer", b"trolley"),
        "accept-or-reject",
        "no trailer",
    )
    yield Hostile(
        "pdf/noise_inside.pdf",
        whole[:600] + b"\xff" * 400 + whole[1000:],
        "accept-or-reject-or-review",
        "400 bytes of noise",
    )


def pdf(data: bytes = CII, *, name: str = _NAME, change: Change | None = None) -> bytes:
    """Return a blank page with the invoice embedded, the same bytes each time."""
    document = pikepdf.new()
    document.add_blank_page()
    if data:
        document.attachments[name] = pikepdf.AttachedFileSpec(
            document, data, filename=name, creation_date="", mod_date=""
        )
    if change:
        change(document)
    target = io.BytesIO()
    document.save(target, deterministic_id=True)
    return target.getvalue()


def _last(data: bytes, mark: bytes, new: bytes) -> bytes:
    return data[: data.rindex(mark)] + new


def _stream(document: pikepdf.Pdf) -> pikepdf.Object:
    return document.Root.Names.EmbeddedFiles.Names[1].EF.F


def _filtered(data: bytes, *names: str) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        filters = pikepdf.Array([pikepdf.Name(name) for name in names])
        _stream(document).write(data, filter=filters)

    return change


def _embedded() -> Iterator[Hostile]:
    deflated = zlib.compress(CII)
    for name, change, expect, what in (
        (
            "filter_twice",
            _filtered(zlib.compress(deflated), "/FlateDecode", "/FlateDecode"),
            "accept",
            "deflated twice",
        ),
        (
            "filter_hex",
            _filtered(CII.hex().encode() + b">", "/ASCIIHexDecode"),
            "accept-or-reject",
            "in hexadecimal",
        ),
        ("filter_unknown", _filtered(CII, "/Crypt"), "accept-or-reject", "a filter nobody reads"),
        ("filter_noise", _filtered(b"\x00" * 400, "/FlateDecode"), "reject", "no deflated data"),
        ("filter_cut", _filtered(deflated[:300], "/FlateDecode"), "reject", "cut while inflating"),
        ("filter_ten", _filtered(b"x", *["/FlateDecode"] * 500), "reject", "500 filters"),
    ):
        yield Hostile(f"pdf/{name}.pdf", pdf(change=change), expect, what)
    bomb = zlib.compress(zlib.compress(b" " * 60_000_000))
    twice = _filtered(bomb, "/FlateDecode", "/FlateDecode")
    yield Hostile("pdf/bomb_twice.pdf", pdf(change=twice), "reject", "60 MB deflated twice")
    yield Hostile("pdf/name_path.pdf", pdf(name="../../etc/factur-x.xml"), "accept", "a path")
    yield Hostile("pdf/name_odd.pdf", pdf(name="\u202elmx.x-rutcaf"), "accept", "turned letters")
    yield Hostile("pdf/name_1mb.pdf", pdf(name="x" * 1_000_000), "accept", "a name of one megabyte")
    yield Hostile("pdf/not_xml.pdf", pdf(b"\x00\x01" * 500), "reject", "noise called factur-x.xml")
    yield Hostile("pdf/empty_xml.pdf", pdf(b" "), "reject", "nothing called factur-x.xml")
    yield Hostile("pdf/pdf_inside.pdf", pdf(pdf(), name="facture.pdf"), "review", "a PDF inside")


def _trees() -> Iterator[Hostile]:
    def chain(document: pikepdf.Pdf) -> None:
        node = document.Root.Names.EmbeddedFiles
        for _ in range(1000):
            node = document.make_indirect(pikepdf.Dictionary(Kids=pikepdf.Array([node])))
        document.Root.Names.EmbeddedFiles = node

    def wide(document: pikepdf.Pdf) -> None:
        node = document.Root.Names.EmbeddedFiles
        document.Root.Names.EmbeddedFiles = pikepdf.Dictionary(Kids=pikepdf.Array([node] * 5000))

    def names(document: pikepdf.Pdf) -> None:
        pair = list(document.Root.Names.EmbeddedFiles.Names)
        document.Root.Names.EmbeddedFiles.Names = pikepdf.Array(pair * 5000)

    def loop(document: pikepdf.Pdf) -> None:
        node = document.make_indirect(pikepdf.Dictionary())
        node.Kids = pikepdf.Array([node, node])
        document.Root.Names.EmbeddedFiles = node
        del document.Root.AF

    def odd(document: pikepdf.Pdf) -> None:
        document.Root.Names.EmbeddedFiles.Names = pikepdf.Array([1, 2, pikepdf.Dictionary(EF=3), 4])
        del document.Root.AF

    def associated(document: pikepdf.Pdf) -> None:
        document.Root.AF = pikepdf.Array([document.Root.Names.EmbeddedFiles.Names[1]])
        del document.Root.Names

    def remote(document: pikepdf.Pdf) -> None:
        remote_file = pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec, FS=pikepdf.Name.URL, F="http://127.0.0.1/factur-x.xml"
        )
        document.Root.Names.EmbeddedFiles.Names = pikepdf.Array(["factur-x.xml", remote_file])
        del document.Root.AF

    for name, change, expect, what in (
        ("tree_chain", chain, "accept-or-reject-or-review", "a chain of 1,000 nodes"),
        ("tree_wide", wide, "accept", "one node 5,000 times"),
        ("tree_names", names, "accept", "one file 5,000 times"),
        ("tree_loop", loop, "review", "a tree that holds itself: no file is found"),
        ("tree_odd", odd, "review", "numbers where files should be"),
        ("associated_only", associated, "accept", "only among the associated files"),
        ("remote_file", remote, "review", "a file elsewhere is not fetched"),
    ):
        yield Hostile(f"pdf/{name}.pdf", pdf(change=change), expect, what)


def _pages() -> Iterator[Hostile]:
    def content(data: bytes) -> Change:
        def change(document: pikepdf.Pdf) -> None:
            font = pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier
            )
            page = document.pages[0]
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            page.Contents = document.make_stream(data)

        return change

    def many(document: pikepdf.Pdf) -> None:
        for _ in range(3000):
            document.add_blank_page()

    words = b"BT /F1 6 Tf 1 0 0 1 9 9 Tm " + b"(facture aaaaaaaa 111111111 )Tj " * 20_000 + b"ET"
    for name, change, expect, what in (
        ("page_text", content(words), "review", "a megabyte of words and no XML"),
        ("page_states", content(b"q " * 20_000_000), "review", "20 million saved states"),
        ("page_noise", content(bytes(range(256)) * 4000), "review", "noise as page content"),
        ("page_3000", many, "review", "3,000 empty pages"),
    ):
        yield Hostile(f"pdf/{name}.pdf", pdf(b"", change=change), expect, what)
