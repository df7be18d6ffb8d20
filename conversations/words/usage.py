"""Who uses how much."""

from __future__ import annotations

from conversations.words.text import Text

HEADING = Text(
    en="Usage today",
    de="Heute benutzt",
    es="Uso de hoy",
)
SHARE = Text(
    en="{name}: {today} of {limit} videos, {size} of {most}; {videos} in all",
    de="{name}: {today} von {limit} Videos, {size} von {most}; {videos} insgesamt",
    es="{name}: {today} de {limit} videos, {size} de {most}; {videos} en total",
)
SPEED = Text(
    en="A minute of video takes {time} to make.",
    de="Eine Minute Video zu machen dauert {time}.",
    es="Un minuto de video tarda {time} en hacerse.",
)
NO_SPEED = Text(
    en="No video has been made yet.",
    de="Noch ist kein Video gemacht.",
    es="Aún no se hizo ningún video.",
)
FREE = Text(
    en="Free on the disk: {size}",
    de="Frei auf der Platte: {size}",
    es="Libre en el disco: {size}",
)
