"""What is answered to a press or to something typed, whatever the card is about."""

from __future__ import annotations

from conversations.words.text import Text

OLD_BUTTON = Text(
    en="That button is from an older version. Send the recording again.",
    de="Der Knopf ist aus einer älteren Version. Schick die Aufnahme noch einmal.",
    es="Ese botón es de una versión anterior. Manda la grabación otra vez.",
)
GONE = Text(
    en="That card is gone. Send the recording again and I'll make a new one.",
    de="Die Karte gibt es nicht mehr. Schick die Aufnahme noch einmal, dann mache ich eine neue.",
    es="Esa tarjeta ya no existe. Manda la grabación otra vez y hago una nueva.",
)
DELETED = Text(
    en="Deleted. Send another recording whenever you like.",
    de="Gelöscht. Schick mir eine neue Aufnahme, wann du magst.",
    es="Borrado. Mándame otra grabación cuando quieras.",
)
DELETED_MADE = Text(
    en="Deleted. The video stays in this chat until you delete it.",
    de="Gelöscht. Das Video bleibt in diesem Chat, bis du es löschst.",
    es="Borrado. El video se queda en este chat hasta que lo borres.",
)
ASK_DELETE = Text(
    en="Delete this card and its files? Sound that another open card uses stays until that one"
    " goes. This can't be undone.",
    de="Diese Karte und ihre Dateien löschen? Ton, den noch eine offene Karte braucht, bleibt, bis"
    " auch die weg ist. Zurück geht es nicht.",
    es="¿Borro esta tarjeta y sus archivos? El sonido que usa otra tarjeta abierta se queda hasta"
    " que borres esa. No se puede deshacer.",
)
EXPIRED = Text(
    en="I tidied this one away after {time} of quiet. Send the sound again within {again} and I'll"
    " use the same look.",
    de="Hier war {time} lang Ruhe, da habe ich aufgeräumt. Schick den Ton in den nächsten {again}"
    " noch einmal, und ich nehme denselben Stil.",
    es="Aquí hubo {time} de calma y recogí la tarjeta. Manda el sonido otra vez en menos de {again}"
    " y uso el mismo estilo.",
)
SOUND_TIDIED = Text(
    en="I tidied its sound away after {time} of quiet. Send it again and I'll use the same look.",
    de="Hier war {time} lang Ruhe, da habe ich den Ton aufgeräumt. Schick ihn noch einmal, und ich"
    " nehme denselben Stil.",
    es="Aquí hubo {time} de calma y recogí el sonido. Mándalo otra vez y uso el mismo estilo.",
)
NO_CARD = Text(
    en="There's no open card to change. Send me a voice note, a song, a video or a link first.",
    de="Es ist keine Karte offen. Schick mir zuerst eine Sprachnachricht, ein Lied, ein Video oder"
    " einen Link.",
    es="No hay ninguna tarjeta abierta. Mándame primero una nota de voz, una canción, un video o"
    " un enlace.",
)
ALREADY = Text(
    en="Already on it.",
    de="Bin schon dabei.",
    es="Ya estoy en eso.",
)
SAMPLE_COMING = Text(
    en="Here comes a sample, as if you had sent it.",
    de="Hier kommt eine Probe, als hättest du sie geschickt.",
    es="Aquí va una muestra, como si la hubieras mandado.",
)
MADE_BEFORE = Text(
    en="I made this one already: the same sound, the same settings. Here it is.",
    de="Das habe ich schon gemacht: derselbe Ton, dieselben Einstellungen. Hier ist es.",
    es="Este ya lo hice: el mismo sonido, los mismos ajustes. Aquí está.",
)
ALREADY_OPEN = Text(
    en="That one is open already, further down.",
    de="Die ist schon offen, weiter unten.",
    es="Esa ya está abierta, más abajo.",
)
OPEN_HERE = Text(
    en="You have this one open.",
    de="Die hast du schon offen.",
    es="Esta ya la tienes abierta.",
)
HERE_AGAIN = Text(
    en="I had made it already. Change makes another one of the same sound.",
    de="Das hatte ich schon gemacht. Ändern macht aus demselben Ton noch eins.",
    es="Ya lo había hecho. Cambiar hace otro con el mismo sonido.",
)
ALREADY_MADE = Text(
    en="This one is made. Press Change under it to make another.",
    de="Das Video ist fertig. Drück darunter auf Ändern für ein neues.",
    es="Este ya está hecho. Pulsa Cambiar debajo para hacer otro.",
)
LISTENING_STILL = Text(
    en="I'm still listening. Send that again when the buttons are there, in a moment.",
    de="Ich höre noch zu. Schick das gleich noch einmal, wenn die Knöpfe da sind.",
    es="Todavía estoy escuchando. Mándalo otra vez cuando salgan los botones, en un momento.",
)
MAKING_STILL = Text(
    en="I'm making it now. Press Stop first to change it.",
    de="Ich mache es gerade. Drück zuerst auf Stopp, um es zu ändern.",
    es="Lo estoy haciendo ahora. Pulsa Parar antes de cambiarlo.",
)
NOT_HEARD = Text(
    en="I have no sound for this card yet. Press Try again, or send the recording again.",
    de="Für diese Karte habe ich noch keinen Ton. Drück auf Nochmal, oder schick die Aufnahme noch"
    " einmal.",
    es="Aún no tengo sonido para esta tarjeta. Pulsa Reintentar o manda la grabación otra vez.",
)
NOTHING_TO_STOP = Text(
    en="Nothing is running here. Press Make video to start.",
    de="Hier läuft nichts. Drück auf Video machen, um zu beginnen.",
    es="Aquí no hay nada en marcha. Pulsa Crear video para empezar.",
)
NOTHING_TO_UNDO = Text(
    en="There is nothing left to undo. Any time can be typed: 0:10-1:30.",
    de="Es gibt nichts mehr rückgängig zu machen. Zeiten kannst du tippen: 0:10-1:30.",
    es="No queda nada que deshacer. Puedes escribir cualquier tiempo: 0:10-1:30.",
)
UNDONE = Text(
    en="Undone. {what}",
    de="Rückgängig. {what}",
    es="Deshecho. {what}",
)
UNCHANGED = Text(
    en="It is like that already.",
    de="Das ist schon so.",
    es="Ya está así.",
)
HEARING = Text(
    en="Preparing it to listen to. It comes below.",
    de="Ich bereite es zum Anhören vor. Es kommt gleich darunter.",
    es="Lo preparo para que lo escuches. Llega aquí abajo.",
)
CHANGE_HERE = Text(
    en="This one isn't made yet. Change it right here.",
    de="Das hier ist noch nicht gemacht. Ändere es gleich hier.",
    es="Este aún no está hecho. Cámbialo aquí mismo.",
)
OPENED = Text(
    en="A new card is below. This video stays as it is.",
    de="Unten ist eine neue Karte. Dieses Video bleibt, wie es ist.",
    es="Abajo hay una tarjeta nueva. Este video se queda como está.",
)
GLIMPSING = Text(
    en="Drawing five seconds of it.",
    de="Ich zeichne fünf Sekunden davon.",
    es="Dibujo cinco segundos.",
)
STARTING = Text(
    en="On it.",
    de="Mache ich.",
    es="En marcha.",
)
STOPPING = Text(
    en="Stopped.",
    de="Gestoppt.",
    es="Parado.",
)
DELIVERED_ALREADY = Text(
    en="It was finished before I could stop it.",
    de="Es war fertig, bevor ich stoppen konnte.",
    es="Terminó antes de que pudiera pararlo.",
)
AGAIN = Text(
    en="Trying again.",
    de="Ich versuche es noch einmal.",
    es="Lo intento otra vez.",
)
TIMES = Text(
    en="I read times like 0:10-1:30, from 1:05, last 30.",
    de="Zeiten verstehe ich so: 0:10-1:30, ab 1:05, letzte 30.",
    es="Entiendo tiempos así: 0:10-1:30, desde 1:05, últimos 30.",
)
WORDS = Text(
    en="And words like square, undo, make, stop.",
    de="Und Wörter wie quadratisch, rückgängig, machen, stopp.",
    es="Y palabras como cuadrado, deshacer, crear, parar.",
)
ONLY_STEERS = Text(
    en="Only {name} can steer this one. Send me your own recording.",
    de="Nur {name} kann diese Karte steuern. Schick mir deine eigene Aufnahme.",
    es="Solo {name} puede manejar esta tarjeta. Mándame tu propia grabación.",
)
THE_SENDER = Text(
    en="the sender",
    de="wer sie geschickt hat,",
    es="quien la mandó",
)
