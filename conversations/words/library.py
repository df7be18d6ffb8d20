"""The list of videos that somebody made."""

from __future__ import annotations

from conversations.words.text import Text

HEADING = Text(
    en="Your videos",
    de="Deine Videos",
    es="Tus videos",
)
EMPTY = Text(
    en="No videos yet. Send me a recording and press Make video.",
    de="Noch keine Videos. Schick mir eine Aufnahme und drück auf Video machen.",
    es="Aún no hay videos. Mándame una grabación y pulsa Crear video.",
)
SEND_AGAIN = Text(
    en="Send {number} again",
    de="{number} nochmal",
    es="Reenviar {number}",
)
DROP = Text(
    en="Delete {number}",
    de="{number} löschen",
    es="Borrar {number}",
)
NEWER = Text(
    en="‹ Newer",
    de="‹ Neuere",
    es="‹ Más nuevos",
)
OLDER = Text(
    en="Older \u203a",
    de="Ältere \u203a",
    es="Más antiguos \u203a",
)
COMING = Text(
    en="Here it comes.",
    de="Hier kommt es.",
    es="Aquí llega.",
)
FILE_GONE = Text(
    en="Telegram no longer has this one, and neither do I. Send the sound again to make another.",
    de="Dieses hat Telegram nicht mehr, und ich auch nicht. Schick den Ton noch einmal, dann machen"
    " wir ein neues.",
    es="Telegram ya no tiene este, y yo tampoco. Manda el sonido otra vez para hacer otro.",
)
ASK_DROP = Text(
    en="Take it off the list? Its files go too. What is in this chat stays until you delete it"
    " there.",
    de="Von der Liste nehmen? Die Dateien gehen mit. Was in diesem Chat steht, bleibt, bis du es"
    " hier löschst.",
    es="¿Lo quito de la lista? Sus archivos también se van. Lo que está en este chat se queda hasta"
    " que lo borres aquí.",
)
DROPPED = Text(
    en="Deleted. /videos shows the others.",
    de="Gelöscht. /videos zeigt die anderen.",
    es="Borrado. /videos muestra los demás.",
)
UNKNOWN = Text(
    en="That one is deleted already. /videos shows those you have.",
    de="Das ist schon gelöscht. /videos zeigt, welche du hast.",
    es="Ese ya está borrado. /videos muestra los que tienes.",
)
