"""Mist: until its cloud is drawn, the bars stand in for it."""

from modal_render.looks.pulse import Look

__all__ = ["Look"]
