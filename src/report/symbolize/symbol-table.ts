// Where the functions of a vmlinux are, from nm's output: what `function+0x1a/0x40` in a log stands for.

interface TextSymbol {
  readonly address: bigint;
  /** Bytes as the ELF symbol has them; 0 when it has none. */
  readonly size: bigint;
  /** Bytes to the next symbol, which is what kallsyms and so the log calls the size (kernel/kallsyms.c, v6.12). */
  span: bigint;
}

export interface SymbolTable {
  /**
   * The address of `name`; null when the table has none, when the size in the log fits no symbol of that name (another
   * kernel's vmlinux) or fits several (static functions that share their name).
   */
  find(name: string, size: number | null): bigint | null;
  readonly symbols: number;
}

/** Padding between functions: kallsyms counts it in, ELF does not. */
const maxPadding = 64n;

// Marks in the text that kallsyms leaves out (scripts/mksysmap, v6.12): mapping symbols, local labels, CFI types.
const unlisted = /^(?:\$|\.L|L0|__efistub_|__kcfi_typeid_|__pi_(?:\$|\.L|__kcfi)|__crc_|__kstrtab)/;
// What the compiler appends for link-time optimisation and kallsyms cuts off (cleanup_symbol_name()).
const ltoSuffix = /\.(?:llvm|__uniq)\.\d+.*$/;

const line = /^([0-9a-f]+)(?: ([0-9a-f]+))? ([a-zA-Z]) (\S+)$/gm;

/** Reads `nm --print-size --defined-only --numeric-sort`. */
export function parseSymbolTable(nm: string): SymbolTable {
  const byName = new Map<string, TextSymbol[]>();
  let last: TextSymbol[] = [];
  let symbols = 0;
  for (const [, address = '', size = '0', type = '', name = ''] of nm.matchAll(line)) {
    if (!/[tTwWvVi]/.test(type) || unlisted.test(name)) continue;
    const symbol: TextSymbol = { address: BigInt(`0x${address}`), size: BigInt(`0x${size}`), span: 0n };
    const before = last[0];
    if (before !== undefined && before.address !== symbol.address) {
      for (const same of last) same.span = symbol.address - same.address;
      last = [];
    }
    last.push(symbol);
    symbols += 1;
    const listed = name.replace(ltoSuffix, '');
    const others = byName.get(listed);
    if (others === undefined) byName.set(listed, [symbol]);
    else others.push(symbol);
  }
  return {
    symbols,
    find(name, size) {
      const candidates = byName.get(name.replace(ltoSuffix, '')) ?? [];
      if (size === null) return only(candidates);
      const wanted = BigInt(size);
      const exact = candidates.filter((symbol) => symbol.span === wanted || symbol.size === wanted);
      if (exact.length > 0) return only(exact);
      return only(
        candidates.filter(
          (symbol) => symbol.size <= wanted && wanted <= symbol.size + maxPadding && symbol.size > 0n,
        ),
      );
    },
  };
}

function only(symbols: readonly TextSymbol[]): bigint | null {
  const [first] = symbols;
  if (first === undefined || symbols.some((symbol) => symbol.address !== first.address)) return null;
  return first.address;
}
