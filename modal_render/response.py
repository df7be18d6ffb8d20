"""How quickly pictures follow their sound: four presets, in seconds, for any frame rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Time constants of rise and fall, for what follows the voice and for the slower light.

    `lift` bends levels before they are smoothed: 1 leaves them, less shows soft sounds larger.
    """

    attack_s: float
    release_s: float
    light_attack_s: float
    lift: float


PRESETS: Mapping[str, Response] = {
    # A syllable lights up at once and is gone before the next one.
    "speech": Response(attack_s=0.012, release_s=0.16, light_attack_s=0.09, lift=1.0),
    # Breath, not words: nothing moves faster than a chest.
    "meditation": Response(attack_s=0.22, release_s=0.90, light_attack_s=0.50, lift=0.8),
    # A drum is over sooner than a syllable, and what is soft between drums stays small.
    "music": Response(attack_s=0.008, release_s=0.13, light_attack_s=0.07, lift=1.15),
    "cinematic": Response(attack_s=0.06, release_s=0.42, light_attack_s=0.25, lift=0.9),
}
