"""Making videos without being asked each time."""

from __future__ import annotations

from conversations.words.text import Text

OFFER = Text(
    en="You've changed nothing three times running. Start straight away next time?",
    de="Du hast dreimal nacheinander nichts geändert. Soll ich das nächste Mal gleich anfangen?",
    es="Tres veces seguidas no cambiaste nada. ¿Empiezo directamente la próxima vez?",
)
ON = Text(
    en="From now on I start {seconds} s after I've heard a recording, unless you stop me."
    " /defaults turns that off.",
    de="Ab jetzt fange ich {seconds} s, nachdem ich eine Aufnahme gehört habe, von selbst an, wenn"
    " du mich nicht anhältst. /defaults schaltet das ab.",
    es="Desde ahora empiezo {seconds} s después de oír una grabación, si no me paras. /defaults lo"
    " desactiva.",
)
OFF = Text(
    en="I go on waiting for your press. Autopilot stands in /defaults.",
    de="Ich warte weiter auf deinen Knopfdruck. Autopilot steht in /defaults.",
    es="Sigo esperando a que pulses. El piloto automático está en /defaults.",
)
STARTING = Text(
    en="Starting in {seconds} s…",
    de="Es geht in {seconds} s los…",
    es="Empiezo en {seconds} s…",
)
WAIT = Text(
    en="Wait, let me trim",
    de="Warte, erst schneiden",
    es="Espera, quiero recortar",
)
WAITING = Text(
    en="I wait. Make video starts it.",
    de="Ich warte. Video machen fängt an.",
    es="Espero. Crear video lo empieza.",
)
AUTOPILOT = Text(
    en="Autopilot",
    de="Autopilot",
    es="Piloto automático",
)
