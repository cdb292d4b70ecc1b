// A Debian package of what npm would install: `npm run deb` writes millrace_VERSION_all.deb. The program with its
// libraries is in /usr/lib/millrace; man pages and completions are where Debian's shells look for them.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { execaSync } from 'execa';

const top = fileURLToPath(new URL('..', import.meta.url));
const output = resolve(process.argv[2] ?? '.');
const { version, description, engines } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));
const deb = join(output, `millrace_${version}_all.deb`);
const scratch = mkdtempSync(join(tmpdir(), 'millrace-deb-'));
const run = (command, args, options) =>
  execaSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });

function write(path, content) {
  const file = join(scratch, 'root', path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
}

try {
  const packed = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch], { cwd: top }).stdout,
  );
  const library = join(scratch, 'root/usr/lib/millrace');
  mkdirSync(library, { recursive: true });
  run('tar', ['-xzf', join(scratch, packed[0].filename), '--strip-components=1', '-C', library]);
  // The exact versions that were tested, and none of their install scripts: nothing that we use of them is compiled.
  writeFileSync(join(library, 'package-lock.json'), readFileSync(join(top, 'package-lock.json')));
  run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: library });
  rmSync(join(library, 'package-lock.json'));
  mkdirSync(join(scratch, 'root/usr/bin'), { recursive: true });
  symlinkSync('../lib/millrace/dist/cli/main.js', join(scratch, 'root/usr/bin/millrace'));

  for (const page of readdirSync(join(library, 'dist/man')))
    write(
      `usr/share/man/man1/${page}.gz`,
      gzipSync(readFileSync(join(library, 'dist/man', page)), { level: 9 }),
    );
  const completion = (shell) =>
    run(
      process.execPath,
      [join(library, 'dist/cli/main.js'), 'completion', ...(shell === 'fish' ? ['fish'] : [])],
      {
        env: { SHELL: `/bin/${shell}` },
      },
    ).stdout;
  write('usr/share/bash-completion/completions/millrace', `${completion('bash')}\n`);
  write('usr/share/zsh/vendor-completions/_millrace', `${completion('zsh')}\n`);
  write('usr/share/fish/vendor_completions.d/millrace.fish', `${completion('fish')}\n`);
  write('usr/share/doc/millrace/copyright', readFileSync(join(top, 'LICENSES/README.md')));
  write(
    'usr/share/doc/millrace/changelog.gz',
    gzipSync(readFileSync(join(top, 'CHANGELOG.md')), { level: 9 }),
  );

  const size = Number(run('du', ['-sk', '--apparent-size', join(scratch, 'root')]).stdout.split('\t')[0]);
  write(
    'DEBIAN/control',
    `Package: millrace
Version: ${version}
Section: devel
Priority: optional
Architecture: all
Installed-Size: ${size}
Depends: nodejs (${engines.node.replace(/^>=/, '>= ')})
Recommends: clang, lld, qemu-system-x86, git
Maintainer: The Millrace developers <millrace@localhost>
Description: reproduce a Linux kernel concurrency bug without the hardware
 ${description}
`,
  );
  mkdirSync(output, { recursive: true });
  // xz takes minutes for what is mostly WebAssembly that a compiler wrote, and saves little.
  run('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z4', '--build', join(scratch, 'root'), deb]);
  console.log(deb);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
