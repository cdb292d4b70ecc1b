// Lines of a console that came wrapped in JSON: LAVA's (`- {"dt": ..., "msg": "..."}`, YAML's flow style too),
// `journalctl -o json`, and container logs'.

const messageKeys = ['MESSAGE', 'msg', 'message', 'log'] as const;
const mayBeWrapped = /^\s*(?:- )?\{.*["']?(?:MESSAGE|msg|message|log)["']?\s*:/;
const yamlMessage = /\bmsg: (?:'((?:[^']|'')*)'|"((?:[^"\\]|\\.)*)"|([^'"].*?))\s*\}\s*$/;

/** The lines that `line` wraps; null when it wraps none. */
export function unwrappedLines(line: string): readonly string[] | null {
  if (!mayBeWrapped.test(line)) return null;
  const body = line.trim().replace(/^- /, '').replace(/,$/, '');
  const text = messageOf(body);
  return text === null ? null : text.split('\n').map((part) => part.replace(/\r$/, ''));
}

function messageOf(body: string): string | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    const match = yamlMessage.exec(body);
    return match === null ? null : (match[1]?.replaceAll("''", "'") ?? match[2] ?? match[3] ?? null);
  }
  if (typeof parsed !== 'object' || parsed === null) return null;
  const record = parsed as Readonly<Record<string, unknown>>;
  const key = messageKeys.find((name) => name in record);
  const message = key === undefined ? undefined : textOf(record[key]);
  if (message === undefined) return null;
  // journald keeps the kernel's own stamp, in microseconds, beside the message (journal-kmsg's fields).
  const stamp = Number(record._SOURCE_MONOTONIC_TIMESTAMP);
  if (record._TRANSPORT !== 'kernel' || !Number.isFinite(stamp) || stamp <= 0) return message;
  return `[${(stamp / 1e6).toFixed(6).padStart(12)}] ${message}`;
}

/** journald writes what is no UTF-8 as a list of bytes. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256))
    return Buffer.from(value as number[]).toString('utf8');
  return undefined;
}
