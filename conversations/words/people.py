"""Who may use the bot, who asks to, and what they say is theirs."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.words.text import Text
from jobs.model import Role

PRIVATE = Text(
    en="This bot is private. Ask its owner to let you in.",
    de="Dieser Bot ist privat. Frag, ob du ihn benutzen darfst.",
    es="Este bot es privado. Pide permiso a quien lo lleva.",
)
UNOWNED = Text(
    en="Nobody owns this bot yet. Whoever runs it has a link that makes them its owner.",
    de="Dieser Bot gehört noch niemandem. Wer ihn betreibt, hat einen Link, der ihm den Bot"
    " überträgt.",
    es="Este bot aún no es de nadie. Quien lo puso en marcha tiene un enlace para hacerlo suyo.",
)
ASKED = Text(
    en="I've asked the owner. You'll hear from me here.",
    de="Ich habe gefragt. Du hörst hier von mir.",
    es="Ya pedí permiso. Te aviso por aquí.",
)
REFUSED = Text(
    en="The owner said no. Only the owner can change that.",
    de="Die Antwort war nein. Das kann nur ändern, wem der Bot gehört.",
    es="La respuesta fue no. Solo puede cambiarla quien lleva el bot.",
)
LET_IN = Text(
    en="You're in.",
    de="Du bist drin.",
    es="Ya puedes entrar.",
)
IN_ALREADY = Text(
    en="You're in already. Send me a recording.",
    de="Du bist schon drin. Schick mir eine Aufnahme.",
    es="Ya estás dentro. Mándame una grabación.",
)
ONLY_OWNER = Text(
    en="Only the owner of this bot can do that.",
    de="Das kann nur, wem dieser Bot gehört.",
    es="Eso solo puede hacerlo quien lleva este bot.",
)
NOBODY_ELSE = Text(
    en="Nobody else has asked. People who open this bot can ask to be let in.",
    de="Sonst hat niemand gefragt. Wer diesen Bot öffnet, kann fragen.",
    es="Nadie más ha pedido permiso. Quien abra este bot puede pedirlo.",
)
UNKNOWN_PERSON = Text(
    en="I don't know them any more. They can ask again.",
    de="Diese Person kenne ich nicht mehr. Sie kann noch einmal fragen.",
    es="Ya no conozco a esa persona. Puede pedirlo otra vez.",
)
WANTS_IN = Text(
    en="{name} would like to use this bot. Let them in?",
    de="{name} möchte diesen Bot benutzen. Einverstanden?",
    es="{name} quiere usar este bot. ¿Le dejas entrar?",
)
CAN_USE = Text(
    en="{name} can use this bot now.",
    de="{name} kann diesen Bot jetzt benutzen.",
    es="{name} ya puede usar este bot.",
)
STAYS_OUT = Text(
    en="{name} stays out.",
    de="{name} bleibt draußen.",
    es="{name} se queda fuera.",
)
SOMEBODY = Text(
    en="Somebody",
    de="Jemand",
    es="Alguien",
)
LISTED = Text(
    en="{name}: {role}",
    de="{name}: {role}",
    es="{name}: {role}",
)
ROLES: Mapping[Role, Text] = {
    Role.STRANGER: Text(
        en="never asked",
        de="hat nie gefragt",
        es="nunca pidió permiso",
    ),
    Role.ASKING: Text(
        en="asks to be let in",
        de="möchte hinein",
        es="pide permiso",
    ),
    Role.GUEST: Text(
        en="may use this bot",
        de="darf diesen Bot benutzen",
        es="puede usar este bot",
    ),
    Role.REFUSED: Text(
        en="stays out",
        de="bleibt draußen",
        es="se queda fuera",
    ),
    Role.OWNER: Text(
        en="the owner",
        de="dir gehört der Bot",
        es="lleva el bot",
    ),
}
ATTEST = Text(
    en="Only make videos of sound that is yours or that you may use. YouTube's terms forbid"
    " downloading anything else.",
    de="Mach nur Videos aus Ton, der dir gehört oder den du benutzen darfst. Alles andere"
    " herunterzuladen verbieten die Regeln von YouTube.",
    es="Haz videos solo con sonido tuyo o que puedas usar. Las condiciones de YouTube prohíben"
    " descargar cualquier otra cosa.",
)
ATTEST_HOW = Text(
    en="Press the button once and I'll remember. Or send me the file itself.",
    de="Drück einmal auf den Knopf, ich merke es mir. Oder schick mir die Datei selbst.",
    es="Pulsa el botón una vez y lo recordaré. O mándame el archivo.",
)
THANKS = Text(
    en="Thanks. I won't ask again.",
    de="Danke. Ich frage nicht noch einmal.",
    es="Gracias. No vuelvo a preguntar.",
)
LANGUAGE = Text(
    en="I speak English with you. Which language would you like?",
    de="Ich spreche Deutsch mit dir. Welche Sprache hättest du gern?",
    es="Te hablo en español. ¿Qué idioma prefieres?",
)
LANGUAGE_CHOSEN = Text(
    en="I speak English with you from now on.",
    de="Ab jetzt spreche ich Deutsch mit dir.",
    es="Desde ahora te hablo en español.",
)
