// Who may ask: a browser on this machine that was given the token, on pages of this server alone. A name that was made
// to point here (DNS rebinding) has another Host, a page from elsewhere another Origin.
import { timingSafeEqual } from 'node:crypto';

export interface Asked {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`: what the browser says of who asks. */
  readonly site: string | undefined;
  readonly token: string;
}

export interface Allowed {
  readonly port: number;
  readonly token: string;
}

export function mayAsk(asked: Asked, { port, token }: Allowed): boolean {
  const hosts = ['127.0.0.1', 'localhost'].map((name) => `${name}:${port}`);
  if (asked.host === undefined || !hosts.includes(asked.host)) return false;
  if (asked.origin !== undefined && asked.origin !== `http://${asked.host}`) return false;
  // `none`: the user typed the address, or followed it out of a terminal.
  if (asked.site !== undefined && asked.site !== 'same-origin' && asked.site !== 'none') return false;
  const given = Buffer.from(asked.token);
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
