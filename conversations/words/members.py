"""Who the owner lets use the bot, and the link that lets one in."""

from __future__ import annotations

from conversations.words.text import Text

HEADING = Text(
    en="People",
    de="Leute",
    es="Personas",
)
INVITE = Text(
    en="Invite somebody",
    de="Jemanden einladen",
    es="Invitar a alguien",
)
INVITED = Text(
    en="Here is a link for one person.",
    de="Hier ist ein Link für eine Person.",
    es="Aquí tienes un enlace para una persona.",
)
INVITE_HOW = Text(
    en="Send this to whoever you want to let in. It works once, until {date}.",
    de="Schick das, wem du es erlauben willst. Es gilt einmal, bis {date}.",
    es="Mándalo a quien quieras dejar entrar. Sirve una vez, hasta el {date}.",
)
INVITE_OVER = Text(
    en="That invitation has been used, or is too old. Ask to be let in, or ask for a new one.",
    de="Diese Einladung ist schon benutzt oder zu alt. Frag, ob du hereindarfst, oder nach einer"
    " neuen.",
    es="Esa invitación ya se usó o caducó. Pide permiso, o pide otra.",
)
COPY = Text(
    en="Copy link",
    de="Link kopieren",
    es="Copiar enlace",
)
PASS_ON = Text(
    en="Send it on",
    de="Weiterschicken",
    es="Enviarlo",
)
NEXT_PAGE = Text(
    en="More",
    de="Weitere",
    es="Más",
)
ASK_REMOVE = Text(
    en="Remove {name}? Their keys end, and what is being made for them stops. Videos they have stay"
    " in their chat.",
    de="{name} entfernen? Die Schlüssel gelten nicht mehr, und was gerade entsteht, wird gestoppt."
    " Fertige Videos bleiben im Chat.",
    es="¿Quitar a {name}? Sus claves dejan de servir y se para lo que se esté haciendo. Sus videos"
    " siguen en su chat.",
)
REMOVE_NOW = Text(
    en="Yes, remove",
    de="Ja, entfernen",
    es="Sí, quitar",
)
