// What a compiler says, without the text of files that are none of the input's: compilers quote the line at fault.

const headed = /^(?<file>.+?):(?<line>\d+)(?::\d+)?: (?<kind>(?:fatal )?error|warning|note|remark): /;
const around = /^(?:In file included from |\s+from |\d+ (?:error|warning)s? )/;

/** `text` with each diagnostic of a file for which `isOwn` is false reduced to its place. */
export function withoutForeignText(text: string, isOwn: (file: string) => boolean): string {
  let hidden = false;
  return text
    .split('\n')
    .flatMap((line) => {
      const { file, kind } = headed.exec(line)?.groups ?? {};
      if (file === undefined) {
        if (around.test(line)) hidden = false;
        return hidden ? [] : [line];
      }
      hidden = !isOwn(file);
      const place = headed.exec(line)?.[0] ?? '';
      return [hidden ? `${place}in a file outside the input’s folder, which is not shown (${kind})` : line];
    })
    .join('\n');
}
