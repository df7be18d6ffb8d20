"""A person's keys to the API."""

from __future__ import annotations

from conversations.words.text import Text

HEADING_ONE = Text(
    en="Your key to the API",
    de="Dein Schlüssel zur API",
    es="Tu clave de la API",
)
HEADING = Text(
    en="Your keys to the API",
    de="Deine Schlüssel zur API",
    es="Tus claves de la API",
)
ONCE = Text(
    en="I can't show it again: copy it now. Whoever has it can make videos as you.",
    de="Ich kann ihn nicht noch einmal zeigen: kopier ihn jetzt. Wer ihn hat, kann in deinem Namen"
    " Videos machen.",
    es="No puedo mostrarla otra vez: cópiala ahora. Quien la tenga puede hacer videos en tu"
    " nombre.",
)
MADE = Text(
    en="Here it is. It comes below.",
    de="Hier ist er. Er kommt gleich darunter.",
    es="Aquí está. Llega aquí abajo.",
)
HOW = Text(
    en="Press New key for another one. I show a key once, when it is made.",
    de="Drück auf Neuer Schlüssel für einen weiteren. Ich zeige ihn einmal, wenn er gemacht ist.",
    es="Pulsa Nueva clave para otra. Muestro una clave una sola vez, al crearla.",
)
FULL = Text(
    en="That is as many as one person may have. Revoke one to make another.",
    de="Mehr kann eine Person nicht haben. Widerruf einen, um einen neuen zu machen.",
    es="No se pueden tener más. Revoca una para crear otra.",
)
REVOKED = Text(
    en="Revoked. It opens nothing any more.",
    de="Widerrufen. Er öffnet nichts mehr.",
    es="Revocada. Ya no abre nada.",
)
UNSAID = Text(
    en="Deleted. The key still works; /apikey revokes it.",
    de="Gelöscht. Der Schlüssel gilt weiter; /apikey widerruft ihn.",
    es="Borrado. La clave sigue valiendo; /apikey la revoca.",
)
UNKNOWN = Text(
    en="That key is revoked already. /apikey shows those you have.",
    de="Dieser Schlüssel ist schon widerrufen. /apikey zeigt, welche du hast.",
    es="Esa clave ya está revocada. /apikey muestra las que tienes.",
)
WHERE = Text(
    en="The API is at {url}",
    de="Die API ist unter {url}",
    es="La API está en {url}",
)
INSIDE = Text(
    en="I have no public address, so only programs on my own machine reach the API.",
    de="Ich habe keine öffentliche Adresse, also erreichen nur Programme auf meinem Rechner die"
    " API.",
    es="No tengo dirección pública, así que solo los programas de mi máquina llegan a la API.",
)
LISTED_UNUSED = Text(
    en="pr_{key}…: made {made}, never used",
    de="pr_{key}…: vom {made}, nie benutzt",
    es="pr_{key}…: del {made}, sin usar",
)
LISTED = Text(
    en="pr_{key}…: made {made}, last used {used}",
    de="pr_{key}…: vom {made}, zuletzt benutzt am {used}",
    es="pr_{key}…: del {made}, usada por última vez el {used}",
)
COPY = Text(
    en="Copy the key",
    de="Schlüssel kopieren",
    es="Copiar la clave",
)
DELETE_MESSAGE = Text(
    en="Delete this message",
    de="Nachricht löschen",
    es="Borrar este mensaje",
)
REVOKE = Text(
    en="Revoke",
    de="Widerrufen",
    es="Revocar",
)
REVOKE_ONE = Text(
    en="Revoke {key}",
    de="{key} widerrufen",
    es="Revocar {key}",
)
NEW = Text(
    en="New key",
    de="Neuer Schlüssel",
    es="Nueva clave",
)
