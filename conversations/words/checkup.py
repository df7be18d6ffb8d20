"""What the doctor looks at; how to mend it is told by the doctor itself."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.words.text import Text

ALL_WELL = Text(
    en="All is well",
    de="Alles in Ordnung",
    es="Todo está bien",
)
TO_MEND = Text(
    en="Something needs mending",
    de="Etwas ist in Ordnung zu bringen",
    es="Hay algo que arreglar",
)
NAMES: Mapping[str, Text] = {  # names that are the same everywhere are not here
    "data folder": Text(
        en="Data folder",
        de="Datenordner",
        es="Carpeta de datos",
    ),
    "job store": Text(
        en="Database",
        de="Datenbank",
        es="Base de datos",
    ),
    "storage": Text(
        en="Files",
        de="Dateien",
        es="Archivos",
    ),
    "public address": Text(
        en="Public address",
        de="Öffentliche Adresse",
        es="Dirección pública",
    ),
    "renderer": Text(
        en="Where videos are made",
        de="Wo Videos entstehen",
        es="Dónde se hacen los videos",
    ),
    "YouTube links": Text(
        en="YouTube links",
        de="YouTube-Links",
        es="Enlaces de YouTube",
    ),
}
