// How the page says times and sizes.

/** 83.4 -> "1:23"; 3723 -> "1:02:03". */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** Seconds since 1970 as the time of day where the reader is. */
export function timeOfDay(date) {
  return new Date(date * 1000).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

/** As the bot counts them, or one file would have two sizes in one chat. */
export function size(bytes) {
  if (!bytes) return "";
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  const mega = bytes / (1024 * 1024);
  return `${mega < 10 ? mega.toFixed(1) : Math.round(mega)} MB`;
}
