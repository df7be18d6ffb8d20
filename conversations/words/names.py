"""What things are called, in a word or a few."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.words.text import Text
from jobs.model import Edge, Shape
from jobs.recipe import Clean, TrimSilence

NOISE = Text(
    en="Noise cleaning",
    de="Rauschen entfernen",
    es="Limpieza de ruido",
)
LEVEL = Text(
    en="Even volume",
    de="Gleichmäßig laut",
    es="Volumen parejo",
)
LEVELS: Mapping[bool, Text] = {
    True: Text(
        en="on",
        de="an",
        es="sí",
    ),
    False: Text(
        en="off",
        de="aus",
        es="no",
    ),
}
SILENCE = Text(
    en="Silence",
    de="Stille",
    es="Silencio",
)
LOOK = Text(
    en="Look",
    de="Stil",
    es="Estilo",
)
SIZE = Text(
    en="Size",
    de="Format",
    es="Formato",
)
HEIGHTS: Mapping[bool, Text] = {
    True: Text(
        en="720p",
        de="720 Zeilen",
        es="720 líneas",
    ),
    False: Text(
        en="1080p",
        de="1080 Zeilen",
        es="1080 líneas",
    ),
}
COVER = Text(
    en="Cover",
    de="Bild",
    es="Portada",
)
COVERS: Mapping[bool, Text] = {
    True: Text(
        en="your picture",
        de="dein Bild",
        es="tu imagen",
    ),
    False: Text(
        en="plain",
        de="ohne",
        es="sin foto",
    ),
}
TITLE = Text(
    en="Title",
    de="Titel",
    es="Título",
)
NO_TITLE = Text(
    en="none",
    de="keiner",
    es="ninguno",
)
MOVES = Text(
    en="Moves like",
    de="Bewegung",
    es="Movimiento",
)
COLOR = Text(
    en="Colour",
    de="Farbe",
    es="Color",
)
NO_COLOR = Text(
    en="chosen for you",
    de="von mir gewählt",
    es="elegido por mí",
)
SHAPES: Mapping[Shape, Text] = {
    Shape.VERTICAL: Text(
        en="vertical",
        de="hochkant",
        es="vertical",
    ),
    Shape.SQUARE: Text(
        en="square",
        de="quadratisch",
        es="cuadrado",
    ),
    Shape.WIDE: Text(
        en="wide",
        de="quer",
        es="ancho",
    ),
}
CLEANS: Mapping[Clean, Text] = {
    Clean.OFF: Text(
        en="off",
        de="aus",
        es="no",
    ),
    Clean.SOFT: Text(
        en="soft",
        de="sanft",
        es="suave",
    ),
    Clean.STRONG: Text(
        en="strong",
        de="stark",
        es="fuerte",
    ),
}
SILENCES: Mapping[TrimSilence, Text] = {
    TrimSilence.OFF: Text(
        en="kept",
        de="bleibt",
        es="se queda",
    ),
    TrimSilence.EDGES: Text(
        en="ends cut",
        de="Ränder weg",
        es="sin bordes",
    ),
    TrimSilence.LONG_PAUSES: Text(
        en="long pauses cut",
        de="lange Pausen weg",
        es="sin pausas largas",
    ),
}
EDGES: Mapping[Edge, Text] = {
    Edge.START: Text(
        en="Start",
        de="Anfang",
        es="Inicio",
    ),
    Edge.END: Text(
        en="End",
        de="Ende",
        es="Final",
    ),
}
LOOKS: Mapping[str, Text] = {
    "pulse": Text(
        en="Pulse",
        de="Puls",
        es="Pulso",
    ),
    "ink": Text(
        en="Ink",
        de="Tinte",
        es="Tinta",
    ),
    "tape": Text(
        en="Tape",
        de="Band",
        es="Cinta",
    ),
    "orbit": Text(
        en="Orbit",
        de="Orbit",
        es="Órbita",
    ),
    "paper": Text(
        en="Paper",
        de="Papier",
        es="Papel",
    ),
    "flame": Text(
        en="Flame",
        de="Flamme",
        es="Llama",
    ),
    "mist": Text(
        en="Mist",
        de="Nebel",
        es="Niebla",
    ),
    "void": Text(
        en="Void",
        de="Leere",
        es="Vacío",
    ),
    "solar": Text(
        en="Solar",
        de="Sonne",
        es="Sol",
    ),
    "aurora": Text(
        en="Aurora",
        de="Aurora",
        es="Aurora",
    ),
    "neon": Text(
        en="Neon",
        de="Neon",
        es="Neón",
    ),
}
RESPONSES: Mapping[str, Text] = {
    "speech": Text(
        en="Voice",
        de="Stimme",
        es="Voz",
    ),
    "meditation": Text(
        en="Calm",
        de="Ruhe",
        es="Calma",
    ),
    "music": Text(
        en="Beat",
        de="Beat",
        es="Ritmo",
    ),
    "cinematic": Text(
        en="Film",
        de="Film",
        es="Cine",
    ),
}
