"""The pictures of progress: the card whose waveform fills up, one for each percentage, in one go.

They share all but the filled part, the number and the steps. Like the card they hold no words of
ours: a step is a sign that becomes a tick.
"""

from __future__ import annotations

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from modal_render.contract import CARD_SIZE, LEFT_OUT, BadRequest, CardRequest
from modal_render.letters import Weight, left_out
from modal_render.palette import mixed
from modal_render.preview import MARGIN, draw_preview, preview_box
from modal_render.steps import MOST_STEPS, draw_steps
from modal_render.typeset import draw_line, draw_paragraph, fit, natural_align
from modal_render.wave import (
    THEMES,
    Theme,
    Wave,
    check_card,
    colors_across,
    read_peaks,
    scale_of,
    wave_of,
)

TITLE_PX = 56
# Size and baseline of the number: below a title, and alone.
_BELOW_TITLE, _ALONE = (132, 268), (184, 246)
_DIM = 0.62  # of the way from the panel to what is dropped: kept, and not filled yet


def fill(request: CardRequest) -> None:
    """Write a PNG for each of `percents`. Raises BadRequest."""
    _check(request)
    theme, scale = THEMES[request.theme], scale_of(request)
    peaks = read_peaks(request.peaks)
    ground = Image.new("RGB", CARD_SIZE, theme.ground)
    wave = wave_of(scale, peaks, request, theme)
    size_px, baseline = _BELOW_TITLE if _title(ground, request, theme) else _ALONE
    wave.draw_ground(ground)
    wave.draw_kept(ground, mixed(theme.panel, theme.dropped, _DIM))
    draw_preview(ground, preview_box(request.shape), peaks, request, theme.panel)
    full = ground.copy()
    wave.draw_kept(full, colors_across(scale.box, theme))
    said = PngInfo()
    said.add_itxt(LEFT_OUT, left_out(f"{request.title} {request.subtitle}"))
    for percent in request.percents:
        picture = _filled(ground, full, wave, request, percent)
        place = (MARGIN - size_px / 30, baseline)
        draw_line(picture, place, f"{percent}%", Weight.EXTRABOLD, size_px, theme.text)
        draw_steps(picture, scale.box, theme, request.steps, percent)
        path = request.picture.format(percent=percent)
        picture.save(path, "PNG", compress_level=4, pnginfo=said)


def _check(request: CardRequest) -> None:
    check_card(request)
    percents = (*request.percents, *request.steps)
    if not request.percents or any(not 0 <= percent <= 100 for percent in percents):
        raise BadRequest("percentages are 0 to 100, and there is one at least")
    if not 1 <= len(request.steps) <= MOST_STEPS or "{percent}" not in request.picture:
        raise BadRequest("one to three steps, and a path with {percent}")


def _title(picture: Image.Image, request: CardRequest, theme: Theme) -> bool:
    """Whether there is one."""
    width = CARD_SIZE[0] - 2 * MARGIN
    title = fit(request.title, Weight.EXTRABOLD, width, 80, range(44, TITLE_PX + 1, 2), 1)
    align = natural_align(request.title)
    draw_paragraph(picture, (MARGIN, 40), title, theme.text, align=align, width_px=width)
    return bool(title.lines)


def _filled(
    ground: Image.Image, full: Image.Image, wave: Wave, request: CardRequest, percent: int
) -> Image.Image:
    """The waveform filled up to the percentage, where a bright edge stands."""
    box, theme = wave.scale.box, wave.theme
    x = round(wave.scale.x(_reached_s(request, percent)))
    picture = ground.copy()
    if x > box.x:
        left = (box.x, box.y, x, box.bottom)
        picture.paste(full.crop(left), left[:2])
    edge = (x - 3, box.y - 12, x + 3, box.bottom + 8)
    ImageDraw.Draw(picture).rounded_rectangle(edge, 3, fill=theme.text)
    return picture


def _reached_s(request: CardRequest, percent: int) -> float:
    """When in the recording that share of what is kept is over."""
    left_s = percent / 100 * sum(end - start for start, end in request.kept)
    for start, end in request.kept:
        if left_s <= end - start:
            return start + left_s
        left_s -= end - start
    return request.kept[-1][1]
