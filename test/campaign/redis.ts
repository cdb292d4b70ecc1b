// A Redis of a test's own, with a password, on a port that is free.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import which from 'which';

export const redisServer = await which('redis-server', { nothrow: true });
export const noRedis = 'there is no redis-server: `millrace doctor --install` brings it';

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** SIGKILL; what it held is gone. */
  kill(): Promise<void>;
  /** On the same port, empty. */
  start(): Promise<void>;
}

/** `everywhere`: reached by every address of this machine. */
export async function startRedis({
  tls = false,
  everywhere = false,
}: {
  tls?: boolean;
  everywhere?: boolean;
} = {}): Promise<TestRedis & { readonly authority: string }> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'millrace-redis-'));
  if (tls) makeCertificate(folder);
  const listening = tls
    ? [
        ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'],
        ...['--tls-cert-file', 'cert.pem', '--tls-key-file', 'key.pem', '--tls-ca-cert-file', 'cert.pem'],
      ]
    : ['--port', String(port)];
  let child: ChildProcess | null = null;
  const redis = {
    url: `${tls ? 'rediss' : 'redis'}://:secret@127.0.0.1:${port}`,
    port,
    authority: join(folder, 'cert.pem'),
    async start() {
      child = spawn(
        redisServer ?? 'redis-server',
        [
          ...listening,
          '--bind',
          everywhere ? '0.0.0.0' : '127.0.0.1',
          '--save',
          '',
          '--appendonly',
          'no',
          '--requirepass',
          'secret',
        ],
        { cwd: folder, stdio: 'ignore' },
      );
      while (!(await accepts(port))) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    async kill() {
      const ended = new Promise((resolve) => child?.once('exit', resolve));
      child?.kill('SIGKILL');
      await ended;
    },
  };
  await redis.start();
  return redis;
}

function makeCertificate(folder: string): void {
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', 'key.pem', '-out', 'cert.pem'],
    ],
    { cwd: folder, stdio: 'ignore' },
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
