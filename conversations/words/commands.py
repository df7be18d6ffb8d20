"""The bot's profile, its commands, and what commands answer."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.words.text import Text

DESCRIPTION = Text(
    en="Send me a voice note, a song, a video or a link. I'll send back a finished video.\n"
    "Hold the mic and talk - that's all it takes.",
    de="Schick mir eine Sprachnachricht, ein Lied, ein Video oder einen Link. Du bekommst ein"
    " fertiges Video zurück.\nHalt das Mikro gedrückt und rede – mehr braucht es nicht.",
    es="Mándame una nota de voz, una canción, un video o un enlace. Te devuelvo un video"
    " terminado.\nMantén pulsado el micrófono y habla: no hace falta más.",
)
SHORT_DESCRIPTION = Text(
    en="Voice note in, video out.",
    de="Sprachnachricht rein, Video raus.",
    es="Entra tu voz, sale un video.",
)
COMMANDS: Mapping[str, Text] = {  # in the order shown
    "new": Text(
        en="Make a video",
        de="Ein Video machen",
        es="Crear un video",
    ),
    "videos": Text(
        en="Your videos, to send again",
        de="Deine Videos, nochmal senden",
        es="Tus videos, para reenviar",
    ),
    "defaults": Text(
        en="What new cards begin with",
        de="Womit neue Karten beginnen",
        es="Con qué empiezan las tarjetas",
    ),
    "help": Text(
        en="What I can do",
        de="Was ich kann",
        es="Qué puedo hacer",
    ),
    "cancel": Text(
        en="Stop what I'm making",
        de="Stoppen, was ich gerade mache",
        es="Parar lo que estoy haciendo",
    ),
    "language": Text(
        en="Change my language",
        de="Meine Sprache ändern",
        es="Cambiar mi idioma",
    ),
    "privacy": Text(
        en="What I keep, and for how long",
        de="Was ich aufhebe und wie lange",
        es="Qué guardo y cuánto tiempo",
    ),
    "forget": Text(
        en="Delete a card, or everything",
        de="Eine Karte löschen, oder alles",
        es="Borrar una tarjeta, o todo",
    ),
    "apikey": Text(
        en="Keys for the API",
        de="Schlüssel für die API",
        es="Claves para la API",
    ),
}
OWNER_COMMANDS: Mapping[str, Text] = {
    "people": Text(
        en="Who may use this bot",
        de="Wer diesen Bot benutzen darf",
        es="Quién puede usar este bot",
    ),
    "doctor": Text(
        en="What is set up, and what is not",
        de="Was eingerichtet ist und was nicht",
        es="Qué está configurado y qué no",
    ),
    "usage": Text(
        en="Who uses how much",
        de="Wer wie viel benutzt",
        es="Quién usa cuánto",
    ),
}
WELCOME_OWNER = Text(
    en="This bot is yours now. Whoever else wants to use it has to ask you first.",
    de="Dieser Bot gehört jetzt dir. Wer ihn sonst benutzen will, muss dich erst fragen.",
    es="Este bot ya es tuyo. Quien más quiera usarlo tiene que pedirte permiso.",
)
NEW = Text(
    en="Send me a voice note, a song, a video or a link and I'll make a new video of it.",
    de="Schick mir eine Sprachnachricht, ein Lied, ein Video oder einen Link, dann mache ich ein"
    " neues Video daraus.",
    es="Mándame una nota de voz, una canción, un video o un enlace y hago un video nuevo.",
)
HELP = (
    Text(
        en="Send a voice note, a song, a video or an https link.",
        de="Schick eine Sprachnachricht, ein Lied, ein Video oder einen https-Link.",
        es="Manda una nota de voz, una canción, un video o un enlace https.",
    ),
    Text(
        en="On the card press Make video. That's all.",
        de="Drück auf der Karte auf Video machen. Das ist alles.",
        es="En la tarjeta, pulsa Crear video. Eso es todo.",
    ),
    Text(
        en="Trim, Look and Sound change it first; every change can be undone.",
        de="Mit Schneiden, Stil und Ton änderst du es vorher; jede Änderung lässt sich rückgängig"
        " machen.",
        es="Con Recortar, Estilo y Sonido lo cambias antes; todo cambio se puede deshacer.",
    ),
    Text(
        en="You can type too: 0:10-1:30 · from 1:05 · until 2:00 · last 30 · cut 0:30-0:45 · +2"
        " · square · undo · make · stop · title: My day",
        de="Du kannst auch tippen: 0:10-1:30 · ab 1:05 · bis 2:00 · letzte 30"
        " · schneide 0:30-0:45 raus · +2 · quadratisch · rückgängig · machen · stopp"
        " · titel: Mein Tag",
        es="También puedes escribir: 0:10-1:30 · desde 1:05 · hasta 2:00 · últimos 30"
        " · corta 0:30-0:45 · +2 · cuadrado · deshacer · crear · parar · título: Mi día",
    ),
)
UNKNOWN_COMMAND = Text(
    en="I don't know that one. /help tells what I can do.",
    de="Das kenne ich nicht. /help sagt, was ich kann.",
    es="Ese no lo conozco. /help te dice qué puedo hacer.",
)
NOTHING_RUNS = Text(
    en="Nothing is running. Send me a recording to start.",
    de="Gerade läuft nichts. Schick mir eine Aufnahme, um zu beginnen.",
    es="No hay nada en marcha. Mándame una grabación para empezar.",
)
PRIVACY_KEPT = Text(
    en="I keep a recording for {sound} after you last touched its card, and its video for {video}"
    " after it was made. Then I delete both.",
    de="Eine Aufnahme hebe ich {sound} lang auf, nachdem du ihre Karte zuletzt benutzt hast, ihr"
    " Video {video} lang, nachdem es fertig war. Dann lösche ich beides.",
    es="Guardo una grabación {sound} desde que usaste su tarjeta por última vez, y su video {video}"
    " desde que estuvo listo. Después borro los dos.",
)
PRIVACY_LISTED = Text(
    en="/videos lists what you made until you delete it there: title, length, date and Telegram's"
    " own number for the video in this chat.",
    de="/videos zeigt, was du gemacht hast, bis du es dort löschst: Titel, Länge, Datum und unter"
    " welcher Nummer Telegram das Video in diesem Chat kennt.",
    es="/videos muestra lo que hiciste hasta que lo borres ahí: título, duración, fecha y el número"
    " con que Telegram conoce el video de este chat.",
)
PRIVACY_SEEN = Text(
    en="Nobody but you and whoever runs this bot can reach them, and those you give a link. Links"
    " are signed and end; a page you publish stays open until you take it back.",
    de="Nur du, wer diesen Bot betreibt und wem du einen Link gibst, kommen daran. Links sind"
    " signiert und laufen ab; eine veröffentlichte Seite bleibt offen, bis du sie zurückziehst.",
    es="Solo tú, quien lleva este bot y a quien des un enlace pueden verlos. Los enlaces van"
    " firmados y caducan; una página publicada sigue abierta hasta que la retires.",
)
PRIVACY_PORTRAIT = Text(
    en="A recording without a picture is shown with your profile photo. I ask Telegram for it once"
    " a day at most and keep it for that day; /defaults turns it off.",
    de="Eine Aufnahme ohne Bild zeige ich mit deinem Profilfoto. Ich frage Telegram höchstens"
    " einmal am Tag danach und behalte es für diesen Tag; unter /defaults schaltest du es ab.",
    es="Una grabación sin imagen va con tu foto de perfil. Se la pido a Telegram una vez al día"
    " como mucho y la guardo ese día; en /defaults puedes quitarla.",
)
FORGET_HOW = Text(
    en="/forget deletes your newest card, or everything of yours, and within 15 minutes the files."
    " Sound that another open card uses stays until that one goes.",
    de="/forget löscht deine neueste Karte, oder alles von dir, und binnen 15 Minuten die Dateien."
    " Ton, den noch eine offene Karte braucht, bleibt, bis auch die weg ist.",
    es="/forget borra tu tarjeta más reciente, o todo lo tuyo, y en 15 minutos los archivos. El"
    " sonido que usa otra tarjeta abierta se queda hasta que borres esa.",
)
