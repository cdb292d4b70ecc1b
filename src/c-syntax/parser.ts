// C as a syntax tree. tree-sitter goes on behind what it cannot make sense of, so that one macro does not hide a file.
import { createRequire } from 'node:module';
import type { Node } from 'web-tree-sitter';

export type CNode = Node;

export interface CParser {
  /** Lines of the nodes count from 0, columns in UTF-16 units; positions are those of `text`. */
  parse(text: string): CNode;
}

let opened: Promise<CParser> | null = null;

/** The parser, loaded once. */
export function openCParser(): Promise<CParser> {
  opened ??= load();
  return opened;
}

async function load(): Promise<CParser> {
  // It takes a while to load, and whoever reads C as text has no need of it.
  const { Language, Parser } = await import('web-tree-sitter');
  await Parser.init();
  const grammar = createRequire(import.meta.url).resolve('tree-sitter-c/tree-sitter-c.wasm');
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  return {
    parse(text) {
      const tree = parser.parse(withoutAnnotations(text));
      if (tree === null) throw new Error('tree-sitter gave no tree');
      return tree.rootNode;
    },
  };
}

// Words that stand where the grammar knows none (include/linux/compiler_types.h, compiler_attributes.h, init.h, v6.12).
const annotations = new RegExp(
  [
    String.raw`\b__(?:acquires|releases|acquire|release|cond_acquires|must_hold|printf|scanf|aligned|section|counted_by(?:_[lb]e)?|guarded_by|alloc_size|cacheline_group_(?:begin|end)(?:_aligned)?)\s*\([^()\n]*\)`,
    String.raw`\b(?:__init|__exit|__initdata|__iomem|__user|__rcu|__percpu|__force|__kernel|__private|__nocast|__bitwise|__must_check|__maybe_unused|__always_unused|__used|__cold|__pure|__weak|__visible|__read_mostly|__ro_after_init|__refdata|__ref|__sched|__lockfunc|__always_inline|__no_kcsan|__no_sanitize_or_inline|__no_kasan_or_inline|__randomize_layout|__latent_entropy|__packed|__cpuidle|__net_init|__net_exit|__net_initdata|__meminit|__malloc|____cacheline_aligned(?:_in_smp)?|__cacheline_aligned(?:_in_smp)?|____cacheline_internodealigned_in_smp|noinline|notrace|noinstr|asmlinkage|no_llseek|nokprobe_inline|noinline_for_stack|randomized_struct_fields_(?:start|end))\b`,
  ].join('|'),
  'g',
);

// `container_of(pointer, struct tag, member)`: a type is no argument in the grammar, its name alone is.
const typeArgument = /,\s*(?:const\s+)?(?:struct|union)(?=\s+\w+\s*,\s*[\w.]+\s*\))/g;

/** The same text, and the same positions, with blanks where the grammar knows no words. */
function withoutAnnotations(text: string): string {
  return text
    .replace(annotations, (match) => match.replace(/[^\n]/g, ' '))
    .replace(typeArgument, (match) => match.replace(/\w/g, ' '));
}
