"""What stands on buttons: short, so that two of them fit in a row on a narrow phone."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.words.text import Text
from jobs.model import Shape
from jobs.recipe import Clean, TrimSilence

MAKE = Text(
    en="✨ Make video",
    de="✨ Video machen",
    es="✨ Crear video",
)
TRIM = Text(
    en="✂️ Trim",
    de="✂️ Schneiden",
    es="✂️ Recortar",
)
LOOK = Text(
    en="🎨 Look",
    de="🎨 Stil",
    es="🎨 Estilo",
)
SOUND = Text(
    en="🎚 Sound",
    de="🎚 Ton",
    es="🎚 Sonido",
)
HEAR = Text(
    en="🎧 Hear it",
    de="🎧 Anhören",
    es="🎧 Escuchar",
)
HEAR_EDGES = Text(
    en="🎧 Hear the edges",
    de="🎧 Ränder anhören",
    es="🎧 Oír los bordes",
)
BEFORE_AFTER = Text(
    en="🎧 Before / after",
    de="🎧 Vorher / nachher",
    es="🎧 Antes / después",
)
GLIMPSE = Text(
    en="👁 5-second look",
    de="👁 5 s ansehen",
    es="👁 Ver 5 segundos",
)
SURPRISE = Text(
    en="🎲 Surprise me",
    de="🎲 Überrasch mich",
    es="🎲 Sorpréndeme",
)
MORE_LOOKS = Text(
    en="More looks",
    de="Mehr Stile",
    es="Más estilos",
)
AGAIN = Text(
    en="Try again",
    de="Nochmal",
    es="Reintentar",
)
STOP = Text(
    en="Stop",
    de="Stopp",
    es="Parar",
)
UNDO = Text(
    en="↩ Undo",
    de="↩ Rückgängig",
    es="↩ Deshacer",
)
KEEP_ALL = Text(
    en="Keep all",
    de="Alles behalten",
    es="Dejar todo",
)
MEANT_LAST = Text(
    en="Meant the last {length}?",
    de="Die letzten {length}?",
    es="¿Los últimos {length}?",
)
DONE = Text(
    en="✓ Done",
    de="✓ Fertig",
    es="✓ Listo",
)
BACK = Text(
    en="‹ Back",
    de="‹ Zurück",
    es="‹ Volver",
)
CHANGE = Text(
    en="Change",
    de="Ändern",
    es="Cambiar",
)
DELETE = Text(
    en="Delete",
    de="Löschen",
    es="Borrar",
)
DELETE_NOW = Text(
    en="Delete it now",
    de="Jetzt löschen",
    es="Borrar ahora",
)
IT_IS_MINE = Text(
    en="It's mine, or I may use it",
    de="Meins, oder ich darf das",
    es="Es mío, o puedo usarlo",
)
LEAVE_IT = Text(
    en="No, leave it",
    de="Nein, lass es",
    es="No, déjalo",
)
FULL_QUALITY = Text(
    en="⬇️ Full quality ({size})",
    de="⬇️ Volle Qualität ({size})",
    es="⬇️ Calidad total ({size})",
)
OTHER_SHAPES: Mapping[Shape, Text] = {
    Shape.VERTICAL: Text(
        en="▮ Vertical too",
        de="▮ Hochkant",
        es="▮ Vertical",
    ),
    Shape.SQUARE: Text(
        en="■ Square too",
        de="■ Quadrat",
        es="■ Cuadrado",
    ),
    Shape.WIDE: Text(
        en="▬ Wide too",
        de="▬ Quer",
        es="▬ Ancho",
    ),
}
CLEANS: Mapping[Clean, Text] = {
    Clean.OFF: Text(
        en="Noise: Off",
        de="Filter: Aus",
        es="Ruido: No",
    ),
    Clean.SOFT: Text(
        en="Soft",
        de="Sanft",
        es="Suave",
    ),
    Clean.STRONG: Text(
        en="Strong",
        de="Stark",
        es="Fuerte",
    ),
}
SILENCES: Mapping[TrimSilence, Text] = {
    TrimSilence.OFF: Text(
        en="Silence: Keep",
        de="Stille: Bleibt",
        es="Silencio: Dejar",
    ),
    TrimSilence.EDGES: Text(
        en="Cut ends",
        de="Ränder weg",
        es="Sin bordes",
    ),
    TrimSilence.LONG_PAUSES: Text(
        en="Cut pauses",
        de="Pausen weg",
        es="Sin pausas",
    ),
}
UPLOAD_PAGE = Text(
    en="⬆️ Upload page",
    de="⬆️ Upload-Seite",
    es="⬆️ Subir archivo",
)
NEW_LINK = Text(
    en="New link",
    de="Neuer Link",
    es="Otro enlace",
)
SHRINK = Text(
    en="How to shrink it",
    de="Kleiner machen?",
    es="¿Cómo reducirlo?",
)
PUBLISH = Text(
    en="📣 Publish",
    de="📣 Veröffentlichen",
    es="📣 Publicar",
)
WATCH_PAGE = Text(
    en="🔗 Watch page",
    de="🔗 Seite ansehen",
    es="🔗 Ver página",
)
SEND_TO_CHAT = Text(
    en="↪ Send to a chat",
    de="↪ In einen Chat",
    es="↪ A otro chat",
)
TAKE_BACK = Text(
    en="Take it back",
    de="Zurückziehen",
    es="Retirarla",
)
SAMPLE = Text(
    en="🎧 15-second sample",
    de="🎧 Probe von 15 s",
    es="🎧 Muestra de 15 s",
)
ASK_FOR_ACCESS = Text(
    en="Ask for access",
    de="Um Zugang bitten",
    es="Pedir acceso",
)
YES = Text(
    en="Yes",
    de="Ja",
    es="Sí",
)
NO = Text(
    en="No",
    de="Nein",
    es="No",
)
REMOVE = Text(
    en="Remove {name}",
    de="{name} entfernen",
    es="Quitar a {name}",
)
LET_IN = Text(
    en="Let {name} in",
    de="{name} hereinlassen",
    es="Dejar entrar a {name}",
)
# Each language under its own name, whatever is spoken now.
LANGUAGES = Text(
    en="English",
    de="Deutsch",
    es="Español",
)
