// What Kconfig asks of a shell, answered without one. Kconfig files run the compiler, the linker and small scripts to
// learn what the tools can do; the model engine's tools are known, and a host may have no shell at all.

const toolVersion = '190100';

/** Standard output of a command that `$(shell,...)` would run, without its last newline. */
export function shellOutput(command: string): string {
  const choice = /^\{ ([\s\S]*); \} >\/dev\/null 2>&1 && echo "([^"]*)" \|\| echo "([^"]*)"$/.exec(command);
  if (choice !== null) return (succeeds(choice[1] ?? '') ? choice[2] : choice[3]) ?? '';
  const word = /^set -- (.*) && echo \$(\d)$/.exec(command);
  if (word !== null) return (word[1] ?? '').trim().split(/\s+/)[Number(word[2]) - 1] ?? '';
  // Up to 5.11 the version came from scripts/clang-version.sh and gcc-version.sh, one number each.
  if (/\/(cc|clang)-version\.sh/.test(command))
    return command.includes('cc-version') ? `Clang ${toolVersion}` : toolVersion;
  if (command.includes('/as-version.sh')) return `LLVM ${toolVersion}`;
  if (command.includes('/ld-version.sh')) return `LLD ${toolVersion}`;
  if (command.includes('/lld-version.sh')) return toolVersion;
  if (command.includes('/gcc-version.sh')) return '0';
  if (/-version\.sh/.test(command)) return '0';
  return '';
}

/** Whether a command that `$(success,...)` would run ends with 0. What is not known here fails. */
export function succeeds(command: string): boolean {
  const test = /^(?:test|\[) (.*?)\s*\]?$/.exec(command.trim());
  if (test !== null) return passes(test[1] ?? '');
  // $(cc-option,flag): all that it runs ends so, since 4.18.
  const option = /-Werror\s+(.*?)\s+-c -x c \/dev\/null/.exec(command);
  if (option !== null) return compilerHas(option[1] ?? '');
  // Whether the compiler is clang, asked of `--version` or, up to 6.0, of $(CC_VERSION_TEXT), which names it here.
  if (/\| grep -q clang$/.test(command) && /--version|^echo "clang"/.test(command)) return true;
  return false;
}

function compilerHas(flags: string): boolean {
  const wanted = flags.replaceAll(/--target=\S+|-fintegrated-as/g, '').trim();
  if (/-mllvm -tsan-/.test(wanted)) return true;
  if (/-mllvm /.test(wanted)) return false;
  if (/^-fsanitize=thread|^-ftrivial-auto-var-init|^-W|^-fno-/.test(wanted)) return true;
  return false;
}

function passes(condition: string): boolean {
  const words = [...condition.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  );
  const [first = '', second = '', third = ''] = words;
  switch (words.length) {
    case 1:
      return first !== '';
    case 2:
      if (first === '-z') return second === '';
      if (first === '-n') return second !== '';
      return false;
    case 3:
      switch (second) {
        case '=':
          return first === third;
        case '!=':
          return first !== third;
        case '-ge':
          return Number(first) >= Number(third);
        case '-gt':
          return Number(first) > Number(third);
        case '-le':
          return Number(first) <= Number(third);
        case '-lt':
          return Number(first) < Number(third);
        case '-eq':
          return Number(first) === Number(third);
        default:
          return false;
      }
    default:
      return false;
  }
}
