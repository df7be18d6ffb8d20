"""What is asked when several recordings came in a row."""

from __future__ import annotations

from conversations.words.text import Text

TOGETHER = Text(
    en="{count} recordings, {length} together.",
    de="{count} Aufnahmen, zusammen {length}.",
    es="{count} grabaciones, {length} en total.",
)
FROM = Text(
    en="From {names}",
    de="Von {names}",
    es="De {names}",
)
JOIN = Text(
    en="Join into one",
    de="Zu einer verbinden",
    es="Unir en una",
)
SEPARATE = Text(
    en="Keep separate",
    de="Einzeln lassen",
    es="Por separado",
)
JOINING = Text(
    en="Joining them.",
    de="Ich verbinde sie.",
    es="Las uno.",
)
SEPARATING = Text(
    en="A card for each of them.",
    de="Eine Karte für jede.",
    es="Una tarjeta para cada una.",
)
FIRST = Text(
    en="Press Join into one or Keep separate first.",
    de="Drück zuerst auf Zu einer verbinden oder Einzeln lassen.",
    es="Pulsa antes Unir en una o Por separado.",
)
TOO_LONG = Text(
    en="Together that's {length}, and {limit_min} min is the most. Press Keep separate.",
    de="Zusammen sind das {length}, höchstens {limit_min} min gehen. Drück auf Einzeln lassen.",
    es="En total son {length} y el máximo son {limit_min} min. Pulsa Por separado.",
)
