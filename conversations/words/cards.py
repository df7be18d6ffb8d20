"""What stands on a card from the first word about a recording to the finished video."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.words.text import Text
from jobs.model import Stage
from jobs.recipe import Clean, TrimSilence

STAGES: Mapping[Stage, Text] = {
    Stage.WAITING: Text(
        en="Waiting for my turn…",
        de="Ich warte, bis ich dran bin…",
        es="Espero mi turno…",
    ),
    Stage.FETCHING: Text(
        en="Fetching…",
        de="Ich hole es…",
        es="Descargando…",
    ),
    Stage.LISTENING: Text(
        en="Listening…",
        de="Ich höre zu…",
        es="Escuchando…",
    ),
    Stage.CUTTING: Text(
        en="Cutting…",
        de="Ich schneide…",
        es="Cortando…",
    ),
    Stage.LEVELLING: Text(
        en="Evening out the volume…",
        de="Ich gleiche die Lautstärke an…",
        es="Igualando el volumen…",
    ),
    Stage.DRAWING: Text(
        en="Drawing…",
        de="Ich zeichne…",
        es="Dibujando…",
    ),
    Stage.PACKING: Text(
        en="Packing…",
        de="Ich packe ein…",
        es="Empaquetando…",
    ),
    Stage.STORING: Text(
        en="Putting it away…",
        de="Ich lege es ab…",
        es="Guardándolo…",
    ),
}
GOT: Mapping[str, Text] = {
    "voice": Text(
        en="Got your voice note{length}.",
        de="Deine Sprachnachricht ist da{length}.",
        es="Recibí tu nota de voz{length}.",
    ),
    "audio": Text(
        en="Got your sound{length}.",
        de="Dein Ton ist da{length}.",
        es="Recibí tu sonido{length}.",
    ),
    "video": Text(
        en="Got your video{length}.",
        de="Dein Video ist da{length}.",
        es="Recibí tu video{length}.",
    ),
    "video_note": Text(
        en="Got your video note{length}.",
        de="Deine Videonachricht ist da{length}.",
        es="Recibí tu videomensaje{length}.",
    ),
    "document": Text(
        en="Got your file{length}.",
        de="Deine Datei ist da{length}.",
        es="Recibí tu archivo{length}.",
    ),
    "link": Text(
        en="Got your link{length}.",
        de="Dein Link ist da{length}.",
        es="Recibí tu enlace{length}.",
    ),
}
GOT_SOMETHING = Text(
    en="Got your recording{length}.",
    de="Deine Aufnahme ist da{length}.",
    es="Recibí tu grabación{length}.",
)
LENGTH = Text(
    en=" - {length}",
    de=" – {length}",
    es=": {length}",
)
FETCHING = Text(
    en="Fetching from {site}{percent}…",
    de="Ich hole es von {site}{percent}…",
    es="Descargando de {site}{percent}…",
)
FETCHING_TITLE = Text(
    en='Fetching "{title}" from {site}{percent}…',
    de="Ich hole „{title}“ von {site}{percent}…",
    es="Descargando «{title}» de {site}{percent}…",
)
UNTITLED: Mapping[str, Text] = {
    "voice": Text(
        en="Your voice note",
        de="Deine Sprachnachricht",
        es="Tu nota de voz",
    ),
    "audio": Text(
        en="Your sound",
        de="Dein Ton",
        es="Tu sonido",
    ),
    "video": Text(
        en="Your video",
        de="Dein Video",
        es="Tu video",
    ),
    "video_note": Text(
        en="Your video note",
        de="Deine Videonachricht",
        es="Tu videomensaje",
    ),
    "document": Text(
        en="Your file",
        de="Deine Datei",
        es="Tu archivo",
    ),
    "link": Text(
        en="Your link",
        de="Dein Link",
        es="Tu enlace",
    ),
}
UNTITLED_SOMETHING = Text(
    en="Your recording",
    de="Deine Aufnahme",
    es="Tu grabación",
)
PLACE = Text(
    en="{place} in line",
    de="An {place} Stelle in der Schlange",
    es="{place} en la fila",
)
NEXT = Text(
    en="Next in line",
    de="Als Nächstes dran",
    es="Eres lo siguiente",
)
ABOUT = Text(
    en=" · about {time}",
    de=" · etwa {time}",
    es=" · aprox. {time}",
)
LEFT = Text(
    en=" · about {time} left",
    de=" · noch etwa {time}",
    es=" · faltan aprox. {time}",
)
QUEUE = Text(
    en="{line}{about}. I'll message you here.",
    de="{line}{about}. Ich melde mich hier.",
    es="{line}{about}. Te aviso por aquí.",
)
QUEUED = Text(
    en="Your video is in the queue.",
    de="Dein Video ist eingereiht.",
    es="Tu video espera su turno.",
)
MAKING = Text(
    en="Making your video",
    de="Ich mache dein Video",
    es="Estoy haciendo tu video",
)
STEPS = (
    Text(
        en="sound",
        de="Ton",
        es="sonido",
    ),
    Text(
        en="pictures",
        de="Bilder",
        es="imágenes",
    ),
    Text(
        en="packing",
        de="Einpacken",
        es="empaquetado",
    ),
)
INTERRUPTED = Text(
    en="I was interrupted, so this part starts again.",
    de="Ich wurde unterbrochen, darum beginnt dieser Teil von vorn.",
    es="Me interrumpieron, así que esta parte empieza de nuevo.",
)
RESTARTED = Text(
    en="I was restarted - carrying on.",
    de="Ich wurde neu gestartet und mache weiter.",
    es="Me reiniciaron; sigo con ello.",
)
STILL_GOING = Text(
    en="Still going - a heavy part.",
    de="Läuft noch – ein schwerer Teil.",
    es="Sigo en ello: es una parte pesada.",
)
STOPPED = Text(
    en="Stopped. Your trim and look are safe.",
    de="Gestoppt. Dein Schnitt und dein Stil sind noch da.",
    es="Parado. Tu recorte y tu estilo siguen ahí.",
)
STOPPED_EARLY = Text(
    en="Stopped before I had listened. Try again, or send something else.",
    de="Gestoppt, bevor ich zugehört hatte. Versuch es noch einmal oder schick etwas anderes.",
    es="Parado antes de escucharlo. Inténtalo otra vez o manda otra cosa.",
)
GAVE_UP = Text(
    en="{title} didn't get finished. The card above tells why.",
    de="{title} ist nicht fertig geworden. Auf der Karte oben steht, warum.",
    es="{title} no se terminó. La tarjeta de arriba dice por qué.",
)
PING = Text(
    en="Your video is ready.",
    de="Dein Video ist fertig.",
    es="Tu video está listo.",
)
MADE_IN = Text(
    en="Made in {time}",
    de="In {time} gemacht",
    es="Hecho en {time}",
)
LINK_UNTIL = Text(
    en="Link good until {date}",
    de="Der Link gilt bis zum {date}",
    es="El enlace vale hasta el {date}",
)
PHONE_SIZE = Text(
    en="This is the phone-size copy ({size}). The full one is behind the link, good until {date}.",
    de="Das ist die Fassung fürs Handy ({size}). Die volle steckt hinter dem Link, gültig bis"
    " {date}.",
    es="Esta es la copia para el móvil ({size}). La completa está en el enlace, hasta el {date}.",
)
LINK_INSTEAD = Text(
    en="Made it! Telegram refused the upload, so here's the link.",
    de="Fertig! Telegram hat das Video nicht genommen, darum hier der Link.",
    es="¡Listo! Telegram no aceptó el video, así que aquí está el enlace.",
)
VIDEO_REFUSED = Text(
    en="Made it, but Telegram refused the upload. Press Change and try a shorter or smaller one.",
    de="Fertig, aber Telegram hat das Video nicht genommen. Drück auf Ändern und versuch ein"
    " kürzeres.",
    es="Listo, pero Telegram no aceptó el video. Pulsa Cambiar y prueba uno más corto.",
)
LEFT_OUT = Text(
    en="I can't draw {letters}, so that is left out of the picture.",
    de="{letters} kann ich nicht zeichnen, das fehlt also im Bild.",
    es="No puedo dibujar {letters}, así que falta en la imagen.",
)
LOOK_HOW = Text(
    en="A title and a colour can be typed: title: My day · color: #ff7a00",
    de="Titel und Farbe kannst du tippen: titel: Mein Tag · farbe: #ff7a00",
    es="Puedes escribir un título y un color: título: Mi día · color: #ff7a00",
)
SOUND_HOW = Text(
    en="Before / after lets you compare. Your recording itself is never changed.",
    de="Vorher / nachher zeigt den Unterschied. Deine Aufnahme selbst bleibt, wie sie ist.",
    es="Antes / después te deja comparar. Tu grabación en sí nunca cambia.",
)
EDGES_ONLY = Text(
    en="The first and the last {seconds} s of it.",
    de="Davon die ersten und die letzten {seconds} s.",
    es="De eso, los primeros y los últimos {seconds} s.",
)
BEFORE_AFTER = Text(
    en="The loudest part: first as recorded, then as it will be.",
    de="Die lauteste Stelle: erst wie aufgenommen, dann wie sie wird.",
    es="La parte más fuerte: primero como se grabó, luego como quedará.",
)
GLIMPSE = Text(
    en="Its loudest {seconds} s, smaller than the video will be.",
    de="Die lautesten {seconds} s, kleiner als später das Video.",
    es="Los {seconds} s más fuertes, más pequeño de lo que será el video.",
)
NO_TITLE_YET = Text(
    en="Type it like this: title: My day",
    de="Tipp es so: titel: Mein Tag",
    es="Escríbelo así: título: Mi día",
)
NO_COLOR_YET = Text(
    en="Type it like this: color: #ff7a00, or color: off",
    de="Tipp es so: farbe: #ff7a00, oder farbe: aus",
    es="Escríbelo así: color: #ff7a00, o color: no",
)
MOVES_LIKE = Text(
    en="moves like {response}",
    de="Bewegung: {response}",
    es="movimiento: {response}",
)
CLEANED: Mapping[Clean, Text] = {
    Clean.SOFT: Text(
        en="sound cleaned",
        de="Ton gereinigt",
        es="sonido limpio",
    ),
    Clean.STRONG: Text(
        en="sound cleaned strongly",
        de="Ton stark gereinigt",
        es="sonido muy limpio",
    ),
}
LEVELLED = Text(
    en="even volume",
    de="gleichmäßig laut",
    es="volumen parejo",
)
SILENCE_CUT: Mapping[TrimSilence, Text] = {
    TrimSilence.EDGES: Text(
        en="silence cut",
        de="Stille geschnitten",
        es="sin silencios al borde",
    ),
    TrimSilence.LONG_PAUSES: Text(
        en="pauses cut",
        de="Pausen geschnitten",
        es="sin pausas largas",
    ),
}
AS_RECORDED = Text(
    en="sound as recorded",
    de="Ton wie aufgenommen",
    es="sonido original",
)
