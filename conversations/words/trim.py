"""What is kept of a recording, and what is answered about it."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.words.text import Text
from jobs.model import Edge

HOW = Text(
    en="Or type it: 0:10-1:30 · from 1:05 · last 30",
    de="Oder tipp es: 0:10-1:30 · ab 1:05 · letzte 30",
    es="O escríbelo: 0:10-1:30 · desde 1:05 · últimos 30",
)
MOVING: Mapping[Edge, Text] = {
    Edge.START: Text(
        en="Moving: start",
        de="Bewegt wird: Anfang",
        es="Se mueve: inicio",
    ),
    Edge.END: Text(
        en="Moving: end",
        de="Bewegt wird: Ende",
        es="Se mueve: final",
    ),
}
KEEPING_ALL = Text(
    en="Keeping all of it ({total})",
    de="Alles bleibt ({total})",
    es="Se queda todo ({total})",
)
KEEPING = Text(
    en="Keeping {span} ({length} of {total})",
    de="Es bleibt {span} ({length} von {total})",
    es="Se queda {span} ({length} de {total})",
)
KEPT = Text(
    en="Keeping {span} ({length})",
    de="Es bleibt {span} ({length})",
    es="Se queda {span} ({length})",
)
KEPT_FIRST = Text(
    en="Keeping the first {length}",
    de="Es bleiben die ersten {length}",
    es="Se quedan los primeros {length}",
)
KEPT_LAST = Text(
    en="Keeping the last {length}",
    de="Es bleiben die letzten {length}",
    es="Se quedan los últimos {length}",
)
DROPPED = Text(
    en="Dropped {span}, keeping {length}",
    de="{span} geschnitten, es bleiben {length}",
    es="Corté {span}, se quedan {length}",
)
LENGTH = Text(
    en="Length {before} → {after}",
    de="Länge {before} → {after}",
    es="Duración {before} → {after}",
)
OUTSIDE = Text(
    en="It ends at {end}. Try a time before that.",
    de="Es endet bei {end}. Versuch eine Zeit davor.",
    es="Termina en {end}. Prueba un tiempo anterior.",
)
STOPPED_AT = Text(
    en="It ends at {end}, so I stopped there.",
    de="Es endet bei {end}, also höre ich da auf.",
    es="Termina en {end}, así que paré ahí.",
)
TOO_SHORT_RESULT = Text(
    en="At least 1 s has to stay, so I left it as it was. Try a longer span.",
    de="Mindestens 1 s muss bleiben, also habe ich nichts geändert. Versuch es länger.",
    es="Tiene que quedar al menos 1 s, así que no cambié nada. Prueba un tramo más largo.",
)
TOO_MANY_PARTS = Text(
    en="That makes more than 50 parts. Undo one of the cuts first.",
    de="Das wären mehr als 50 Teile. Mach zuerst einen Schnitt rückgängig.",
    es="Serían más de 50 partes. Deshaz antes uno de los cortes.",
)
AT_START = Text(
    en="It starts there already. End can still move.",
    de="Da beginnt es schon. Das Ende lässt sich noch bewegen.",
    es="Ya empieza ahí. El final todavía se puede mover.",
)
AT_END = Text(
    en="It ends there already. Start can still move.",
    de="Da endet es schon. Der Anfang lässt sich noch bewegen.",
    es="Ya termina ahí. El inicio todavía se puede mover.",
)
NOTHING_THERE = Text(
    en="That part is dropped already. Undo brings it back.",
    de="Der Teil ist schon weg. Rückgängig bringt ihn zurück.",
    es="Esa parte ya está cortada. Deshacer la trae de vuelta.",
)
