// A small kernel tree made on the spot, and a fingerprint that changes with anything in a folder.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1};\n`).join('');

const files: Record<string, string> = {
  Makefile:
    '# SPDX\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 117\nEXTRAVERSION =\nNAME = Baby\n\nall:\n\techo\n',
  Kbuild: 'obj-y += drivers/\n',
  'Documentation/index.rst': 'hello\n',
  'arch/x86/Makefile': 'x\n',
  'arch/x86/include/asm/page.h': 'p\n',
  'drivers/Makefile': 'obj-y += media/ net/\n',
  'drivers/media/Kconfig': 'source "drivers/media/pci/Kconfig"\n',
  'drivers/media/pci/tw686x/Kconfig': 'config VIDEO_TW686X\n\ttristate\n',
  'drivers/media/pci/tw686x/Makefile': 'tw686x-objs := tw686x-video.o\nobj-y += tw686x.o\n',
  'drivers/media/pci/tw686x/tw686x-video.c': `#include "tw686x.h"\n${numbered('\tline', 60)}`,
  'drivers/media/pci/tw686x/tw686x.h': numbered('int field', 12),
  'drivers/media/pci/other/other.c': '#include "../tw686x/tw686x.h"\n',
  'drivers/net/Makefile': 'n\n',
  'include/linux/types.h': 't\n',
  'scripts/run.sh': '#!/bin/sh\necho\n',
};

/** A new folder below the system's temporary one. */
export function temporary(name: string): string {
  return mkdtempSync(join(tmpdir(), `millrace-${name}-`));
}

export function write(top: string, path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  writeFileSync(join(top, path), text);
}

export function fakeTree(): string {
  const top = temporary('tree');
  for (const [path, text] of Object.entries(files)) write(top, path, text);
  chmodSync(join(top, 'scripts/run.sh'), 0o755);
  return top;
}

/** Digest of every path below `top` with its kind, mode, times and content or target; links are not followed. */
export function fingerprint(top: string): string {
  const hash = createHash('sha256');
  const visit = (path: string) => {
    const at = join(top, path);
    const stat = lstatSync(at);
    hash.update(
      `${path} ${stat.mode} ${stat.mtimeMs} ${stat.size} ${stat.isDirectory() ? '' : stat.ctimeMs}\n`,
    );
    if (stat.isSymbolicLink()) hash.update(readlinkSync(at));
    else if (stat.isFile()) hash.update(readFileSync(at));
    else for (const name of readdirSync(at).sort()) visit(join(path, name));
  };
  visit('.');
  return hash.digest('hex');
}
