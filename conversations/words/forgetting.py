"""What is said about forgetting a person."""

from __future__ import annotations

from conversations.words.text import Text

ASK_ALL = Text(
    en="Delete everything takes every card, recording and video of yours, /videos, your defaults"
    " and your keys. What is in this chat stays until you delete it.",
    de="Alles löschen nimmt jede Karte, jede Aufnahme und jedes Video von dir mit, /videos, deine"
    " Vorgaben und deine Schlüssel. Was in diesem Chat steht, bleibt, bis du es löschst.",
    es="Borrar todo se lleva cada tarjeta, grabación y video tuyos, /videos, tus ajustes y tus"
    " claves. Lo que está en este chat se queda hasta que lo borres.",
)
ALL = Text(
    en="Delete everything",
    de="Alles löschen",
    es="Borrar todo",
)
FORGOTTEN = Text(
    en="Deleted: cards, defaults, keys and links now, files within 15 minutes. I still know your"
    " name, so that you can go on.",
    de="Gelöscht: Karten, Vorgaben, Schlüssel und Links jetzt, Dateien binnen 15 Minuten. Deinen"
    " Namen kenne ich noch, damit du weitermachen kannst.",
    es="Borrado: tarjetas, ajustes, claves y enlaces ya, archivos en 15 minutos. Tu nombre lo"
    " guardo para que puedas seguir.",
)
