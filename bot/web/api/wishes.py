"""What a body says of an edit, as the conversation understands it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.web.api.shapes import AUTO, SHAPES
from conversations.orders import Wish
from jobs.recipe import Clean, Clip, TrimSilence

_RECIPE: Mapping[str, tuple[str, Callable[[Any], object]]] = {
    "clips": ("clips", lambda clips: tuple(_clip(clip) for clip in clips)),
    "clean": ("clean", Clean),
    "levelLufs": ("level_lufs", lambda lufs: lufs),
    "trimSilence": ("trim_silence", TrimSilence),
}


def wish_of(body: Mapping[str, Any]) -> Wish:
    """`body` is an EDIT or a RENDER of shapes.py."""
    recipe = {
        field: read(body["recipe"][name])
        for name, (field, read) in _RECIPE.items()
        if name in body.get("recipe", {})
    }
    shape, response = body.get("shape"), body.get("response")
    return Wish(
        recipe=recipe,
        look=body.get("look"),
        shape=None if shape is None else SHAPES[shape],
        title=body.get("title"),
        subtitle=body.get("subtitle"),
        response="" if response == AUTO else response,
        brand=body.get("brand"),
    )


def _clip(said: Mapping[str, float]) -> Clip:
    """To the millisecond and the percent, as recipes are kept."""
    return Clip(
        source="",
        start_s=round(said["startS"], 3),
        end_s=round(said["endS"], 3),
        volume=round(said.get("volume", 1.0), 2),
        fade_in_s=round(said.get("fadeInS", 0.0), 3),
        fade_out_s=round(said.get("fadeOutS", 0.0), 3),
    )
