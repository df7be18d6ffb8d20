"""What stands on the pages that links in the chat lead to, and what the chat says of them."""

from __future__ import annotations

from conversations.words.text import Text

UPLOAD = Text(
    en="Send me your file",
    de="Schick mir deine Datei",
    es="Mándame tu archivo",
)
UPLOAD_ABOUT = Text(
    en="It goes straight to your card in the chat.",
    de="Sie kommt direkt auf deine Karte im Chat.",
    es="Va directo a tu tarjeta en el chat.",
)
CHOOSE = Text(
    en="Choose the file",
    de="Datei auswählen",
    es="Elegir el archivo",
)
LIMIT = Text(
    en="Sound or video, up to {limit}",
    de="Ton oder Video, bis {limit}",
    es="Sonido o video, hasta {limit}",
)
PROGRESS = Text(
    en="How much has been sent",
    de="Wie viel schon gesendet ist",
    es="Cuánto se ha enviado",
)
OF = Text(
    en="{done} of {size} MB",
    de="{done} von {size} MB",
    es="{done} de {size} MB",
)
SENDING = Text(
    en="Sending. Keep this page open.",
    de="Wird gesendet. Lass diese Seite offen.",
    es="Enviando. Deja esta página abierta.",
)
WAITING = Text(
    en="The line broke. I'll go on from here as soon as it's back.",
    de="Die Verbindung ist weg. Sobald sie wieder da ist, geht es hier weiter.",
    es="Se cortó la conexión. En cuanto vuelva, sigo desde aquí.",
)
CANCEL = Text(
    en="Cancel",
    de="Abbrechen",
    es="Cancelar",
)
DONE = Text(
    en="It's here",
    de="Sie ist da",
    es="Ya llegó",
)
DONE_HOW = Text(
    en="Your card in the chat moves on by itself.",
    de="Deine Karte im Chat macht von allein weiter.",
    es="Tu tarjeta en el chat sigue sola.",
)
BACK = Text(
    en="Back to Telegram",
    de="Zurück zu Telegram",
    es="Volver a Telegram",
)
NO_SCRIPT = Text(
    en="This page needs JavaScript to send a file. Switch it on, or send me an https link in the"
    " chat instead.",
    de="Ohne JavaScript kann diese Seite nichts senden. Schalt es ein, oder schick mir im Chat"
    " einen https-Link.",
    es="Esta página necesita JavaScript para enviar un archivo. Actívalo o mándame un enlace https"
    " en el chat.",
)
TOO_LARGE = Text(
    en="That file is larger than {limit}. Choose a smaller one.",
    de="Diese Datei ist größer als {limit}. Nimm eine kleinere.",
    es="Ese archivo pasa de {limit}. Elige uno más pequeño.",
)
EMPTY = Text(
    en="That file is empty. Choose another one.",
    de="Diese Datei ist leer. Nimm eine andere.",
    es="Ese archivo está vacío. Elige otro.",
)
BUSY = Text(
    en="Another file is coming through this link right now. Wait for it, or try again in a minute.",
    de="Durch diesen Link kommt gerade eine andere Datei. Warte sie ab oder versuch es in einer"
    " Minute noch einmal.",
    es="Por este enlace ya está llegando otro archivo. Espera a que termine o prueba en un minuto.",
)
FAILED = Text(
    en="It doesn't get through. Try again, or try another network.",
    de="Es kommt nicht durch. Versuch es noch einmal oder in einem anderen Netz.",
    es="No llega. Prueba otra vez o con otra red.",
)
EXPIRED = Text(
    en="This link has expired",
    de="Dieser Link ist abgelaufen",
    es="Este enlace ha caducado",
)
EXPIRED_HOW = Text(
    en="It was good for an hour. Press New link under the message in the chat.",
    de="Er galt eine Stunde. Drück im Chat unter der Nachricht auf „Neuer Link“.",
    es="Valía una hora. Pulsa «Otro enlace» debajo del mensaje en el chat.",
)
USED = Text(
    en="Your file is here already",
    de="Deine Datei ist schon da",
    es="Tu archivo ya está aquí",
)
USED_HOW = Text(
    en="This link has done its work. Look at your card in the chat.",
    de="Dieser Link hat ausgedient. Schau auf deine Karte im Chat.",
    es="Este enlace ya cumplió. Mira tu tarjeta en el chat.",
)
GONE = Text(
    en="That card is gone",
    de="Die Karte gibt es nicht mehr",
    es="Esa tarjeta ya no existe",
)
GONE_HOW = Text(
    en="Send the file in the chat again and I'll make a new link.",
    de="Schick die Datei im Chat noch einmal, dann mache ich einen neuen Link.",
    es="Manda el archivo otra vez en el chat y hago un enlace nuevo.",
)
FORGED = Text(
    en="This link isn't whole",
    de="Dieser Link ist nicht vollständig",
    es="Este enlace no está completo",
)
FORGED_HOW = Text(
    en="Open it with the button in the chat; a part of it was lost on the way.",
    de="Öffne ihn mit dem Knopf im Chat; ein Stück davon ging unterwegs verloren.",
    es="Ábrelo con el botón del chat; una parte se perdió por el camino.",
)
ABOUT = Text(
    en="{length} · made with Pocketreel",
    de="{length} · gemacht mit Pocketreel",
    es="{length} · hecho con Pocketreel",
)
UNTITLED = Text(
    en="A video",
    de="Ein Video",
    es="Un video",
)
DOWNLOAD = Text(
    en="Download",
    de="Herunterladen",
    es="Descargar",
)
TAKEN_BACK = Text(
    en="This page was taken back",
    de="Diese Seite wurde zurückgezogen",
    es="Esta página se retiró",
)
TAKEN_BACK_HOW = Text(
    en="Whoever made the video doesn't show it here any more.",
    de="Wer das Video gemacht hat, zeigt es hier nicht mehr.",
    es="Quien hizo el video ya no lo muestra aquí.",
)
TIDIED = Text(
    en="This video was tidied away",
    de="Dieses Video wurde aufgeräumt",
    es="Este video ya se borró",
)
TIDIED_HOW = Text(
    en="Videos stay here for {time}, and that time is over.",
    de="Videos bleiben hier {time}, und die Zeit ist um.",
    es="Los videos se quedan aquí {time} y ese tiempo ya pasó.",
)
MISSING = Text(
    en="There's no video here",
    de="Hier ist kein Video",
    es="Aquí no hay ningún video",
)
MISSING_HOW = Text(
    en="Check the link: a part of it may have been lost on the way.",
    de="Prüf den Link: Vielleicht ging unterwegs ein Stück davon verloren.",
    es="Revisa el enlace: quizá se perdió una parte por el camino.",
)
NOWHERE = Text(
    en="I have no public address, so there can be no page. The owner can set PUBLIC_URL.",
    de="Ich habe keine öffentliche Adresse, also gibt es keine Seite. Wer den Bot betreibt, kann"
    " PUBLIC_URL setzen.",
    es="No tengo dirección pública, así que no puede haber página. Quien lleva el bot puede poner"
    " PUBLIC_URL.",
)
NOT_MADE = Text(
    en="The video isn't made yet. Press Make video first.",
    de="Das Video ist noch nicht gemacht. Drück zuerst auf Video machen.",
    es="El video aún no está hecho. Pulsa primero Crear video.",
)
OPENED = Text(
    en="Its page is open. Whoever has the link can watch it, and nobody else finds it.",
    de="Die Seite ist offen. Wer den Link hat, kann es ansehen, sonst findet sie niemand.",
    es="Su página está abierta. La ve quien tenga el enlace; nadie más la encuentra.",
)
OPEN_ALREADY = Text(
    en="Its page is open already. Press Watch page.",
    de="Die Seite ist schon offen. Drück auf Seite ansehen.",
    es="Su página ya está abierta. Pulsa Ver página.",
)
CLOSED = Text(
    en="Taken back. The link shows nothing any more.",
    de="Zurückgezogen. Der Link zeigt nichts mehr.",
    es="Retirada. El enlace ya no muestra nada.",
)
NOT_OPEN = Text(
    en="It has no page. Press Publish to open one.",
    de="Es gibt keine Seite. Drück auf Veröffentlichen, um eine zu öffnen.",
    es="No tiene página. Pulsa Publicar para abrir una.",
)
