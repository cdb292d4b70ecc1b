// The pages of docs/api/, a page a room: each name of the public API with its comment and its declaration, as the
// compiler wrote it. Throws for a name without a comment.
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Page by file name; `dist` is the folder of the built package. */
export function apiPages(dist) {
  const names = exportsOf(join(dist, 'index.d.ts'));
  const rooms = new Map();
  for (const one of names) {
    const room = relative(dist, one.file).split('/')[0] ?? '';
    rooms.set(room, [...(rooms.get(room) ?? []), one]);
  }
  const undocumented = names.filter(({ comment }) => comment === null).map(({ name }) => name);
  if (undocumented.length > 0) throw new Error(`without a comment: ${undocumented.join(', ')}`);
  const pages = new Map();
  for (const [room, members] of rooms) pages.set(`${room}.md`, page(room, members));
  const index = [...rooms].map(
    ([room, members]) => `- [${room}](${room}.md): ${members.map(({ name }) => `\`${name}\``).join(', ')}`,
  );
  pages.set(
    'README.md',
    `# The API\n\nMade by \`npm run api\`; [examples/](../../examples) has programs.\n\n${index.join('\n')}\n`,
  );
  return pages;
}

function page(room, members) {
  const parts = members.map(
    ({ name, comment, declaration }) => `## ${name}\n\n${comment}\n\n\`\`\`ts\n${declaration}\n\`\`\`\n`,
  );
  return `# ${room}\n\n${parts.join('\n')}`;
}

/** What a declaration file exports by name, each where it is declared. */
function exportsOf(file) {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)';/gm)].flatMap(([, list, from]) =>
    list
      .split(',')
      .map((one) => one.trim().replace(/^type /, ''))
      .filter((name) => name !== '')
      .map((name) => find(name, resolve(file, from))),
  );
}

function resolve(file, from) {
  return join(dirname(file), from.replace(/\.js$/, '.d.ts'));
}

function find(name, file) {
  const found = search(name, file);
  if (found === null) throw new Error(`${name} is not in ${file}`);
  return found;
}

function search(name, file) {
  const text = readFileSync(file, 'utf8');
  const own = declared(name, text);
  if (own !== null) return { name, file, ...own };
  for (const [, list, from] of text.matchAll(/^export (?:type )?(?:\{([^}]*)\}|\*) from '([^']+)';/gm)) {
    if (list !== undefined && !list.split(',').some((one) => one.trim().replace(/^type /, '') === name))
      continue;
    const found = search(name, resolve(file, from));
    if (found !== null) return found;
  }
  return null;
}

/** From `export` to the declaration's end: the first line that closes it, or the first that ends in a semicolon. */
function declared(name, text) {
  const begin = new RegExp(
    `(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\n)?export (?:declare )?(?:function\\*?|interface|type|const|class) ${name}\\b`,
  ).exec(text);
  if (begin === null) return null;
  const comment = begin[1] ?? null;
  const lines = text.slice(begin.index + (comment?.length ?? 0)).split('\n');
  const first = lines[0] ?? '';
  const end =
    first.endsWith(';') || first.endsWith('}')
      ? 0
      : lines.findIndex((line) => /^(?:\}|\S.*[;}])$/.test(line));
  return {
    comment: comment === null ? null : plainComment(comment),
    declaration: lines.slice(0, end + 1).join('\n'),
  };
}

function plainComment(comment) {
  return comment
    .replace(/^\/\*\*\s*|\s*\*\/\s*$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .replace(/\{@link ([^}]+)\}/g, '`$1`')
    .trim();
}
