// One mail-ready patch from an overlay, as `git format-patch` writes it: `git am`, `git apply` and `patch -p1` take it.
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { structuredPatch } from 'diff';
import { headerText } from '../base/index.js';
import { originalText } from './apply-patch.js';
import { entryInside } from './inside.js';
import type { OverlayFile, Tree } from './types.js';

export interface PatchMail {
  /** One line, without `[PATCH]`. */
  readonly subject: string;
  readonly body: string;
  /** `Name <address>`. */
  readonly author: string;
  /** Without it the mail has no date, and the same files give the same text. */
  readonly date?: Date;
}

/**
 * The patch that turns `tree`, with `applied` on it, into the tree with `files`. Files that are the same are left out.
 * Errors: `input` for a path that leads out of the tree, and for a file of the tree that is not text in UTF-8.
 */
export async function createPatch(
  tree: Tree,
  files: readonly OverlayFile[],
  mail: PatchMail,
  applied: readonly OverlayFile[] = [],
): Promise<string> {
  const before = new Map(applied.map(({ path, text }) => [path, text]));
  const diffs: string[] = [];
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1)))
    diffs.push(await fileDiff(tree, file, before.get(file.path)));
  const header = [
    // What git writes there too; mail readers take the line for the start of a mail.
    `From ${'0'.repeat(40)} Mon Sep 17 00:00:00 2001`,
    `From: ${encoded(mail.author)}`,
    ...(mail.date === undefined ? [] : [`Date: ${mail.date.toUTCString().replace('GMT', '+0000')}`]),
    `Subject: [PATCH] ${encoded(mail.subject.replace(/\s+/g, ' ').trim())}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
  ];
  // A line that begins like a diff would end the message for git.
  const body = mail.body.trim().replace(/^(?=---|diff -|Index: |From )/gm, ' ');
  return `${header.join('\n')}\n\n${body === '' ? '' : `${body}\n`}---\n\n${diffs.join('')}-- \nmillrace\n`;
}

async function fileDiff(tree: Tree, file: OverlayFile, applied: string | undefined): Promise<string> {
  const isInTree = (await entryInside(tree.path, file.path)) !== 'absent';
  const exists = isInTree || applied !== undefined;
  if (!exists && file.removed) return '';
  const before = applied ?? (exists ? await originalText(tree, file.path) : null);
  const after = file.removed ? null : file.text;
  const oldMode = isInTree && (await stat(join(tree.path, file.path))).mode & 0o100 ? '100755' : '100644';
  const newMode = file.executable || (exists && oldMode === '100755') ? '100755' : '100644';
  if (before === after && oldMode === newMode) return '';

  const blobs = `${before === null ? none : blob(before)}..${after === null ? none : blob(after)}`;
  const lines = [`diff --git a/${file.path} b/${file.path}`];
  if (before === null) lines.push(`new file mode ${newMode}`, `index ${blobs}`);
  else if (after === null) lines.push(`deleted file mode ${oldMode}`, `index ${blobs}`);
  else if (oldMode !== newMode) lines.push(`old mode ${oldMode}`, `new mode ${newMode}`, `index ${blobs}`);
  else lines.push(`index ${blobs} ${oldMode}`);
  // What follows a tab is not part of the name, for a name with a space in it.
  const end = file.path.includes(' ') ? '\t' : '';
  const { hunks } = structuredPatch('', '', before ?? '', after ?? '', '', '', { context: 3 });
  if (hunks.length > 0)
    lines.push(
      before === null ? '--- /dev/null' : `--- a/${file.path}${end}`,
      after === null ? '+++ /dev/null' : `+++ b/${file.path}${end}`,
    );
  for (const hunk of hunks) {
    const range = (start: number, length: number) => `${length === 0 ? start - 1 : start},${length}`;
    lines.push(
      `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`,
      ...hunk.lines,
    );
  }
  return `${lines.join('\n')}\n`;
}

const none = '0'.repeat(12);

/** git's name of a file's text, as its `index` lines have it. */
function blob(text: string): string {
  const bytes = Buffer.from(text);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex').slice(0, 12);
}

/** An address stays readable. */
function encoded(text: string): string {
  const [, name = '', address = ''] = /^(.*?)( <[^<>]*>)?$/s.exec(text) ?? [];
  return `${headerText(name)}${address}`;
}
