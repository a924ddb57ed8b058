"""The pictures of the README: ``PYTHONPATH=shared python -m tests.golden.pictures``.

Pages of PDFs by pdfium; the e-mail by chromium, where it is installed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageChops

from bordereau.documents.message import Firm
from bordereau.documents.render import Renderer
from tests.golden.samples import SAMPLES

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
WIDTH = 1000
COLOURS = 256

_RENDERER = Renderer.of(Firm("Lumière Factor", "claire.morel@lumiere-factor.example"))


def _save(picture: Image.Image, name: str) -> None:
    height = picture.height * WIDTH // picture.width
    small = picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    small.quantize(COLOURS, Image.Quantize.FASTOCTREE).save(FOLDER / name, optimize=True)
    sys.stdout.write(f"{name}: {(FOLDER / name).stat().st_size // 1024} KB\n")


def page(sample: str, number: int, name: str) -> None:
    """Save one page of a sample's PDF."""
    with pypdfium2.PdfDocument(_RENDERER.pdf(*SAMPLES[sample])) as document:
        _save(document[number - 1].render(scale=3).to_pil(), name)


def mail(sample: str, name: str) -> None:
    """Save a sample's e-mail as a browser shows it, cut below its last line."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stdout.write(f"{name}: left as it is, chromium is not installed\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        html, png = Path(folder) / "mail.html", Path(folder) / "mail.png"
        html.write_text(_RENDERER.email(*SAMPLES[sample]).html, encoding="utf-8")
        options = ("--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu")
        size = ("--window-size=680,2400", "--force-device-scale-factor=2")
        subprocess.run(
            [chromium, *options, *size, f"--screenshot={png}", html.as_uri()],
            check=True,
            capture_output=True,
        )
        whole = Image.open(png).convert("RGB")
    paper = Image.new("RGB", whole.size, whole.getpixel((0, 0)))
    box = ImageChops.difference(whole, paper).getbbox()
    bottom = min(whole.height, (box[3] if box else whole.height) + 40)
    _save(whole.crop((0, 0, whole.width, bottom)), name)


def main() -> None:
    """Make all pictures again."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    page("weekly_statement", 1, "weekly-statement.png")
    page("advance_statement", 1, "advance-statement.png")
    page("reminder", 1, "reminder.png")
    mail("acknowledgement", "acknowledgement.png")


if __name__ == "__main__":
    main()
