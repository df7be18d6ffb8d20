"""What can be done about a video that failed, and whom else to tell."""

from __future__ import annotations

from conversations.words.text import Text

SIMPLER = Text(
    en="Simpler look",
    de="Einfacherer Stil",
    es="Estilo más simple",
)
SMALLER = Text(
    en="Try 720p",
    de="Mit 720p",
    es="Probar en 720p",
)
MAKE_HERE = Text(
    en="Make it here",
    de="Hier machen",
    es="Crearlo aquí",
)
WAIT_FOR_THEM = Text(
    en="Wait for them",
    de="Auf sie warten",
    es="Esperarlas",
)
TELL_OWNER = Text(
    en="Tell the owner",
    de="Betreiber sagen",
    es="Avisar al dueño",
)
TOLD_OWNER = Text(
    en="I've told the owner, with the code. Your settings are safe.",
    de="Wer den Bot betreibt, weiß jetzt Bescheid, mit dem Code. Deine Einstellungen sind noch da.",
    es="Ya avisé a quien lleva el bot, con el código. Tus ajustes siguen ahí.",
)
OWNED_BY_YOU = Text(
    en="The bot is yours: /doctor looks for what is wrong.",
    de="Der Bot gehört dir: /doctor sucht den Fehler.",
    es="El bot es tuyo: /doctor busca el fallo.",
)
GUEST_FAILED = Text(
    en="{name} asks you to look at a video that failed{code}: {error}. /doctor looks for what is"
    " wrong.",
    de="{name} bittet dich, nach einem Video zu sehen, das nicht fertig wurde{code}: {error}."
    " /doctor sucht den Fehler.",
    es="{name} te pide que mires un video que falló{code}: {error}. /doctor busca el fallo.",
)
ASK_DOCTOR = Text(
    en="/doctor says what fetching links lacks here.",
    de="/doctor sagt, was hier zum Holen von Links fehlt.",
    es="/doctor dice qué falta aquí para abrir enlaces.",
)
