// The man pages, from what `--help` is made of: millrace.1, and millrace-COMMAND.1 for each command. `npm run man` writes
// them to dist/man, from where npm installs them with the program. In the macros of man(7), which have tagged paragraphs;
// what makes man pages of Markdown makes bullets of options.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manuals } from '../dist/cli/manual.js';

const top = fileURLToPath(new URL('..', import.meta.url));
const folder = join(top, 'dist/man');
const { version, description } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));

/** `text` as roff takes it for itself: no escapes, no macros at a line's start, dashes that can be copied. */
function plain(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/^(?=[.'])/, '\\&');
}
const bold = (text) => `\\fB${plain(text)}\\fR`;
const italic = (text) => `\\fI${plain(text)}\\fR`;
const sentence = (text) => plain(/[.!?:…]$/.test(text) ? text : `${text}.`);
const section = (title, lines) => (lines.length === 0 ? [] : [`.SH "${plain(title)}"`, ...lines]);
const entry = (term, meaning) => ['.TP', term, sentence(meaning)];

function page(name, summary, lines) {
  return [
    // No date: the same version gives the same bytes.
    `.TH "${name.toUpperCase()}" "1" "" "Millrace ${version}" "Millrace"`,
    ...section('NAME', [`${plain(name)} \\- ${plain(summary)}`]),
    ...lines,
    ...section('SEE ALSO', [name === 'millrace' ? `${bold('git-send-email')}(1)` : `${bold('millrace')}(1)`]),
    '',
  ].join('\n');
}

/** The words of a usage, what is to be filled in apart. */
function usageWords(usage) {
  const word = (one) => (/^[<[]/.test(one) ? italic(one.replace(/^<(.*)>$/, '$1')) : bold(one));
  return ['millrace', ...usage.split(' ')].map(word).join(' ');
}

function synopsis({ usage, options }) {
  return `${usageWords(usage)}${options.length > 0 ? ' [options]' : ''}`;
}

function optionEntry({ names, value, describe, default: fallback }) {
  const words = names.map((name) => bold(name.length === 1 ? `-${name}` : `--${name}`)).join(', ');
  const meaning = fallback === null ? describe : `${describe.replace(/\.$/, '')}. Default: ${fallback}`;
  return entry(value === null ? words : `${words} ${italic(value)}`, meaning);
}

const exampleEntry = ({ command, describe }) => entry(bold(command.replaceAll('$0', 'millrace')), describe);

function commandLines(manual) {
  const { describe, positionals, options, examples, epilog, commands } = manual;
  return [
    ...section(
      'SYNOPSIS',
      commands.length > 0
        ? commands.flatMap((one) => [synopsis(one), '.br']).slice(0, -1)
        : [synopsis(manual)],
    ),
    ...section('DESCRIPTION', [sentence(describe)]),
    ...section(
      'ARGUMENTS',
      positionals.flatMap((one) => entry(italic(one.name), one.describe)),
    ),
    ...options.flatMap(({ group, options: those }) =>
      section(group === null ? 'OPTIONS' : group.replace(/:$/, '').toUpperCase(), those.flatMap(optionEntry)),
    ),
    ...commands.flatMap((one) =>
      section(one.usage.replace(/ [<[].*/, '').toUpperCase(), [
        sentence(one.describe),
        ...one.options.flatMap(({ options: those }) => those.flatMap(optionEntry)),
        ...one.examples.flatMap(exampleEntry),
      ]),
    ),
    ...section('EXAMPLES', examples.flatMap(exampleEntry)),
    ...section('NOTES', epilog === null ? [] : [sentence(epilog)]),
  ];
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const all = await manuals();
const nameOf = ({ usage }) => `millrace-${usage.split(' ')[0]}`;
for (const manual of all)
  writeFileSync(
    join(folder, `${nameOf(manual)}.1`),
    page(nameOf(manual), manual.describe, commandLines(manual)),
  );
const lines = [
  ...section('SYNOPSIS', [`${bold('millrace')} ${italic('COMMAND')} [options]`]),
  ...section('DESCRIPTION', [sentence(description)]),
  ...section(
    'COMMANDS',
    all.flatMap((manual) => entry(`${bold(nameOf(manual))}(1)`, manual.describe)),
  ),
  ...section('EXIT STATUS', [
    ...entry(bold('0'), 'As expected'),
    ...entry(bold('1'), 'Not as expected'),
    ...entry(bold('2'), 'Bad input'),
    ...entry(bold('3'), 'The environment failed, or nothing ran'),
    ...entry(bold('4'), 'Inconclusive: not all was run, or something was cut'),
    ...entry(bold('130'), 'Interrupted'),
  ]),
  ...section('FILES', [
    ...entry(italic('.millrace/runs'), 'The records of the runs that were made in a folder'),
    ...entry(italic('~/.cache/millrace'), 'Trees, compiled programs and kernels; XDG_CACHE_HOME moves it'),
  ]),
];
writeFileSync(
  join(folder, 'millrace.1'),
  page('millrace', 'reproduce a Linux kernel concurrency bug', lines),
);
