// The part of the WebAssembly JavaScript interface that the machine uses; Node's own types leave it to the DOM's.
declare namespace WebAssembly {
  type ImportValue = (...args: never[]) => unknown;
  type Exports = Record<string, unknown>;
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, ImportValue>>);
    readonly exports: Exports;
  }
  class Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Table {
    readonly length: number;
    get(index: number): unknown;
  }
  class Global {
    value: number;
  }
  class RuntimeError extends Error {}
}
