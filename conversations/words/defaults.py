"""What new cards begin with, and the choice of it."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.words.text import Text

HEADING = Text(
    en="My defaults",
    de="Meine Vorgaben",
    es="Mis ajustes",
)
HOW = Text(
    en="Every new card begins like this. Trim, title and cover belong to one recording and are not"
    " kept.",
    de="So beginnt jede neue Karte. Schnitt, Titel und Bild gehören zu einer Aufnahme und werden"
    " nicht übernommen.",
    es="Así empieza cada tarjeta nueva. El recorte, el título y la portada son de una grabación y"
    " no se guardan.",
)
FOLLOWS = Text(
    en="What you change on a card and then make becomes the default.",
    de="Was du auf einer Karte änderst und dann machst, wird zur Vorgabe.",
    es="Lo que cambias en una tarjeta y luego creas pasa a ser tu ajuste.",
)
FOLLOWS_NOT = Text(
    en="What you change on a card is for that card only.",
    de="Was du auf einer Karte änderst, gilt nur für sie.",
    es="Lo que cambias en una tarjeta vale solo para ella.",
)
AS_SUITS = Text(
    en="as it suits",
    de="wie es passt",
    es="según convenga",
)
FOLLOW = Text(
    en="Keep what I last made",
    de="Zuletzt Gemachtes merken",
    es="Recordar lo último",
)
PORTRAIT = Text(
    en="My photo as cover",
    de="Mein Foto als Bild",
    es="Mi foto de portada",
)
LANGUAGE = Text(
    en="Language",
    de="Sprache",
    es="Idioma",
)
RESET = Text(
    en="Reset all",
    de="Alles zurücksetzen",
    es="Restablecer todo",
)
RESET_DONE = Text(
    en="Everything is as it was at first.",
    de="Alles ist wie am Anfang.",
    es="Todo está como al principio.",
)
SAVED = Text(
    en="New cards begin like that now.",
    de="Neue Karten beginnen jetzt so.",
    es="Las tarjetas nuevas empiezan así.",
)
OTHER_CARDS = Text(
    en="Cards that are open stay as they are.",
    de="Offene Karten bleiben, wie sie sind.",
    es="Las tarjetas abiertas se quedan como están.",
)
COLOR_HOW = Text(
    en="Send /defaults #ff7a00 for a colour of your own. Without one, cover or recording decide.",
    de="Schick /defaults #ff7a00 für deine eigene Farbe. Ohne sie entscheiden Bild oder Aufnahme.",
    es="Manda /defaults #ff7a00 para tener tu propio color. Sin él deciden la portada o la"
    " grabación.",
)
CHOICES: Mapping[str, Text] = {
    "look": Text(
        en="Which look?",
        de="Welcher Stil?",
        es="¿Qué estilo?",
    ),
    "shape": Text(
        en="Which size?",
        de="Welches Format?",
        es="¿Qué formato?",
    ),
    "clean": Text(
        en="How much noise cleaning?",
        de="Wie stark entrauschen?",
        es="¿Cuánta limpieza de ruido?",
    ),
    "trim_silence": Text(
        en="What about silence?",
        de="Was geschieht mit Stille?",
        es="¿Qué hago con el silencio?",
    ),
    "response": Text(
        en="How should the picture move?",
        de="Wie soll sich das Bild bewegen?",
        es="¿Cómo se mueve la imagen?",
    ),
    "brand": Text(
        en="Which colour?",
        de="Welche Farbe?",
        es="¿Qué color?",
    ),
    "language": Text(
        en="Which language?",
        de="Welche Sprache?",
        es="¿Qué idioma?",
    ),
}
