"""Renders docs/gallery, a contact sheet of every look in each shape: `make gallery`."""

from __future__ import annotations

from pathlib import Path

from modal_render.analysis import listen
from modal_render.contract import AT_POSTER, SIZES, Scene, SheetRequest
from modal_render.sheet import contact_sheet

FOLDER = Path(__file__).parent / "gallery"
SAMPLE = Path(__file__).parents[1] / "phone" / "samples" / "speech.ogg"
SEED = 3
FPS = 30
MOST_BYTES = 200_000  # of a picture in the repository
_QUALITIES = (86, 80, 74, 66)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    sound = listen(str(SAMPLE), FPS)
    for shape, (width, height) in SIZES.items():
        scene = Scene(
            look="", width=width, height=height, seed=SEED,
            title="The best ideas come on walks", subtitle="Monday thoughts",
        )  # fmt: skip
        wanted = SheetRequest(audio="", picture="", scene=scene, at_s=AT_POSTER)
        sheet, path = contact_sheet(wanted, sound), FOLDER / f"looks-{shape}.jpg"
        for quality in _QUALITIES:
            sheet.save(path, "JPEG", quality=quality, optimize=True, progressive=True)
            if path.stat().st_size <= MOST_BYTES:
                break


if __name__ == "__main__":
    main()
