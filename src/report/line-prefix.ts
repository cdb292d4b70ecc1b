// What stands before a kernel message on its line, and says when and who: printk's own prefix (kernel/printk/printk.c,
// info_print_prefix(), v6.12), and what dmesg, journald, syslog, a mailer or a patch put before that.

/** A console line taken apart. */
export interface ConsoleLine {
  /** The message; the one space that follows a prefix is not part of it, further ones are. */
  readonly text: string;
  /** Seconds since boot; null without a stamp, or with one of wall-clock time. */
  readonly time: number | null;
  /** CONFIG_PRINTK_CALLER's `T123` (task) or `C4` (interrupt on a CPU); null without one. */
  readonly caller: string | null;
}

const printk = /^\[ *(\d+\.\d+)\] ?(?:\[ *([TC]\d+)\] ?)?/;
// dmesg -T; ts(1), kunit.py and CI runners.
const wallClock =
  /^\[(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \d{4}|(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)\] ?/;
// syslog (RFC 3164), journalctl -o short-iso, dmesg --time-format iso.
const syslog =
  /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?) /;
const daemon = /^(?:[\w.-]+ )?kernel(?:\[\d+\])?: ?/;
const level = /^<\d{1,3}>/;
// dmesg -x.
const facility = /^(?:kern|user|daemon|syslog) *:(?:emerg|alert|crit|err|warn|notice|info|debug) *: ?/;
// /dev/kmsg records: level, sequence number, microseconds, flags (Documentation/ABI/testing/dev-kmsg).
const kmsg = /^\d+,\d+,(\d+),[-c+](?:,caller=([TC]\d+))?[^;]{0,64};/;
const quote = /^(?:> ?)+/;
const patch = /^\+(?=[ [=]|BUG:|$)/;
const indentedStamp =
  /^[ \t]+(?=>[ >]|\[ *\d+\.\d+\]|\[(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z]|\[?\d{4}-\d\d-\d\d[T ]|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)/;

// printk prints microseconds, whatever a harness or an unfinished line of user space put before it.
const lateStamp = /\[ *\d+\.\d{6}\]/;
/** Characters in which a late stamp is looked for. */
const lateStampReach = 200;

/** Takes the prefixes of `line` off, in whatever order they stand, and what precedes printk's stamp. */
export function parsePrefix(line: string): ConsoleLine {
  const known = parseKnownPrefixes(line);
  if (known.time !== null || known.text.indexOf('[') < 0) return known;
  const at = known.text.slice(0, lateStampReach).search(lateStamp);
  return at < 0 ? known : parseKnownPrefixes(known.text.slice(at));
}

function parseKnownPrefixes(line: string): ConsoleLine {
  let text = line;
  let time: number | null = null;
  let who: string | null = null;
  // Each kind stands at most a few times; the bound keeps hostile lines cheap.
  for (let i = 0; i < 12; i++) {
    const rest = text;
    const first = text.charCodeAt(0);
    if (first === 0x5b /* [ */) {
      const stamped = printk.exec(text);
      if (stamped !== null) {
        time = Number(stamped[1]);
        who = stamped[2] ?? null;
      }
      const match = stamped ?? wallClock.exec(text);
      if (match === null) break;
      text = text.slice(match[0].length);
    } else if (first === 0x20 || first === 0x09) {
      if (text.indexOf('[') < 0 && text.indexOf(':') < 0 && text.indexOf('>') < 0) break;
      text = text.replace(indentedStamp, '');
    } else if (first === 0x3e /* > */) {
      text = text.replace(quote, '');
    } else if (first === 0x2b /* + */) {
      text = text.replace(patch, '');
    } else if (first === 0x3c /* < */) {
      text = text.replace(level, '');
    } else if (first >= 0x30 && first <= 0x39) {
      const stamped = kmsg.exec(text);
      if (stamped !== null) {
        time = Number(stamped[1]) / 1e6;
        who = stamped[2] ?? null;
      }
      const match = stamped ?? syslog.exec(text);
      if (match === null) break;
      text = text.slice(match[0].length);
    } else {
      text = text.slice(daemonOrDate(text)?.[0].length ?? 0);
    }
    if (text === rest) break;
  }
  return { text, time, caller: who };
}

function daemonOrDate(text: string): RegExpExecArray | null {
  const daemonMatch = text.includes('kernel') ? daemon.exec(text) : null;
  return daemonMatch ?? syslog.exec(text) ?? facility.exec(text);
}
