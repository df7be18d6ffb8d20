"""What stands beside numbers."""

from __future__ import annotations

from conversations.words.text import Counted, Text

DAYS = Counted(
    en=("{number} day", "{number} days"),
    de=("{number} Tag", "{number} Tage"),
    es=("{number} día", "{number} días"),
)
HOURS = Counted(
    en=("{number} hour", "{number} hours"),
    de=("{number} Stunde", "{number} Stunden"),
    es=("{number} hora", "{number} horas"),
)
DECIMAL_MARK = Text(
    en=".",
    de=",",
    es=",",
)
DATE = Text(
    en="{day} {month}",
    de="{day}. {month}",
    es="{day} de {month}",
)
MONTHS = Text(
    en="January February March April May June July August September October November December",
    de="Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    es="enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
)
