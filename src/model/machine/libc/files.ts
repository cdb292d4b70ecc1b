// Files in memory (C11 7.21, POSIX.1-2017 open, read, write, lseek): each execution begins with none, and none is the
// host's. What is done to one file happens in an order, each operation at once; streams order nothing else among
// threads. Standard input is empty but for what stdio.ts takes as inputs of the program.
import { accessFlags } from '../../detect/index.js';
import { type Access, touch, touchAll } from '../accesses.js';
import { tellPrinted } from '../events.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import { formatReads, formatText, readString, stringLength, textRead } from './text.js';

/** As Linux has them. */
const errors = { ENOENT: 2, EBADF: 9, EEXIST: 17, EINVAL: 22 } as const;
/** open()'s flags, as include/c11/fcntl.h has them. */
const openFlags = { access: 3, create: 0o100, exclusive: 0o200, truncate: 0o1000, append: 0o2000 } as const;
const openModes: Record<string, number> = {
  r: 0,
  w: 1 | openFlags.create | openFlags.truncate,
  a: 1 | openFlags.create | openFlags.append,
};

/** Streams that are always there, by their numbers in include/c11/stdio.h and as descriptors. */
const standardStreams = 3;
/** Of a call of open(), behind what it does to the folder. */
const stages = { truncating: 2 } as const;

/** Words of the null page that stand for the folder and the files in the order of operations. */
const folderWord = 640;
const fileWords = 80;

interface MemoryFile {
  readonly word: number;
  readonly bytes: number[];
}

interface OpenFile {
  readonly file: MemoryFile;
  readonly flags: number;
  position: number;
  atEnd: boolean;
  isOpen: boolean;
}

/** `standard`: what stdio.h does for the standard streams; `fail` sets errno and answers -1. */
export function fileImports(
  m: Machine,
  standard: Readonly<Record<string, Import>>,
  fail: (error: number) => number,
): Record<string, Import> {
  const files = m.perExecution(new Map<string, MemoryFile>());
  const count = m.perExecution({ files: 0 });
  const opened: OpenFile[] = m.perExecution([]);
  /** By context: bytes on their way from a file into memory, or the other way. */
  const pending = m.perExecution(new Map<number, readonly number[]>());
  /** Contexts that look whether a number stands for a file. */
  const asking = m.perExecution(new Set<number>());
  /** By context: the mode that its fopen() has read. */
  const modes = m.perExecution(new Map<number, string>());

  /** What a number stands for, open or closed by now; undefined for one of a standard stream, or of none. */
  const known = (number: number): OpenFile | undefined => opened[number - standardStreams - 1];
  /** An operation on it; null with errno where it is not open, or when the caller must return at once. */
  const reach = (number: number, write: boolean, site: number): OpenFile | null => {
    const { current } = m;
    // Which numbers there are is known by the folder's operations.
    if (known(number) === undefined || asking.has(current)) {
      asking.add(current);
      if (!m.reach(folderWord, 4, false, 0, 0, site)) return null;
      asking.delete(current);
    }
    const target = known(number);
    if (target === undefined) {
      fail(errors.EBADF);
      return null;
    }
    if (!m.reach(target.file.word, 4, write, 0, 0, site)) return null;
    if (write) m.changed();
    if (target.isOpen) return target;
    fail(errors.EBADF);
    return null;
  };
  const canRead = ({ flags }: OpenFile) => (flags & openFlags.access) !== 1;
  const canWrite = ({ flags }: OpenFile) => (flags & openFlags.access) !== 0;

  /** Bytes read into memory, up to `size`, behind the first that `isLast` takes; -1 with errno. */
  const read = (number: number, at: number, size: number, site: number, isLast: number, zero: boolean) => {
    const { current } = m;
    if (m.stage[current] === 0) {
      const target = reach(number, true, site);
      if (target === null) return -1;
      if (!canRead(target)) return fail(errors.EBADF);
      const { bytes } = target.file;
      const limit = Math.min(size, Math.max(bytes.length - target.position, 0));
      const end = bytes.indexOf(isLast, target.position) + 1;
      const taken = Math.min(limit, isLast >= 0 && end > 0 ? end - target.position : limit);
      target.atEnd ||= taken < size && (end === 0 || isLast < 0);
      pending.set(current, bytes.slice(target.position, target.position + taken));
      target.position += taken;
      m.stage[current] = 1;
    }
    const taken = pending.get(current) ?? [];
    const written = zero && taken.length > 0 ? [...taken, 0] : taken;
    if (written.length > 0 && !touch(m, at, written.length, accessFlags.write, site)) return -1;
    m.stage[current] = 0;
    pending.delete(current);
    m.bytes.set(written, at);
    return taken.length;
  };

  /** Appends or overwrites; answers how many, or -1 with errno. The caller has seen to the accesses. */
  const put = (number: number, written: readonly number[], site: number): number => {
    const target = reach(number, true, site);
    if (target === null) return -1;
    if (!canWrite(target)) return fail(errors.EBADF);
    const { bytes } = target.file;
    if ((target.flags & openFlags.append) !== 0) target.position = bytes.length;
    while (bytes.length < target.position) bytes.push(0);
    for (const byte of written) bytes[target.position++] = byte;
    return written.length;
  };
  /** As {@link put}, of what is in memory or made of it: first it is read by these accesses. */
  const putRead = (
    number: number,
    reads: () => readonly Access[],
    make: () => readonly number[],
    site: number,
  ): number => {
    const { current } = m;
    if (!pending.has(current)) {
      if (!touchAll(m, site, ...reads())) return -1;
      pending.set(current, make());
    }
    const count = put(number, pending.get(current) ?? [], site);
    if (!m.suspending) pending.delete(current);
    return count;
  };
  const write = (number: number, at: number, size: number, site: number): number =>
    putRead(
      number,
      () => [[at, size, 0]],
      () => [...m.bytes.subarray(at, at + size)],
      site,
    );
  const isStandard = (number: number) => number <= standardStreams;
  /** What standard input still has for those who read it as a whole: nothing. */
  const isInput = (number: number, stream: boolean) => number === (stream ? 3 : 0);
  const print = (at: number, size: number, site: number): boolean => {
    if (size > 0 && !touch(m, at, size, 0, site)) return false;
    if (m.tracer !== null) tellPrinted(m, new TextDecoder().decode(m.bytes.subarray(at, at + size)));
    return true;
  };
  const seek = (number: number, offset: number, from: number, site: number): number => {
    const target = reach(number, true, site);
    if (target === null) return -1;
    const base = from === 0 ? 0 : from === 1 ? target.position : target.file.bytes.length;
    if (base + offset < 0) return fail(errors.EINVAL);
    target.position = base + offset;
    target.atEnd = false;
    return target.position;
  };
  const close = (number: number, site: number): number => {
    if (isStandard(number)) return 0;
    const target = reach(number, true, site);
    if (target === null) return -1;
    target.isOpen = false;
    return 0;
  };
  /** What is done to the name at `path`; the caller returns where it is suspended. */
  const named = (path: number, change: boolean, then: (name: string) => number, site: number): number => {
    const { current, stage } = m;
    if (stage[current] === 0) {
      if (!touchAll(m, site, textRead(m, path))) return -1;
      stage[current] = 1;
    }
    if (!m.reach(folderWord, 4, change, 0, 0, site)) return -1;
    stage[current] = 0;
    if (change) m.changed();
    return then(readString(m, path));
  };
  /** A number from 3 on: a stream and a descriptor alike; -1 with errno. The caller returns where it is suspended. */
  const openNamed = (path: number, flags: number, site: number): number =>
    named(
      path,
      true,
      (name) => {
        m.tracer?.event(m.current, { kind: 'open', file: name }, site, 0, 0);
        let file = files.get(name);
        if (file === undefined) {
          if ((flags & openFlags.create) === 0) return fail(errors.ENOENT);
          file = { word: folderWord + 4 + 4 * (count.files++ % fileWords), bytes: [] };
          files.set(name, file);
        } else if (
          (flags & (openFlags.create | openFlags.exclusive)) ===
          (openFlags.create | openFlags.exclusive)
        )
          return fail(errors.EEXIST);
        return (
          opened.push({ file, flags, position: 0, atEnd: false, isOpen: true }) - 1 + standardStreams + 1
        );
      },
      site,
    );
  const open = (path: number, flags: number, site: number): number => {
    const { current, stage, results } = m;
    if (stage[current] !== stages.truncating) {
      const number = openNamed(path, flags, site);
      if (m.suspending || number < 0 || (flags & openFlags.truncate) === 0) return number;
      results[current] = number;
      stage[current] = stages.truncating;
    }
    // Others may have the file open.
    const target = reach(results[current] as number, true, site);
    if (target === null) return -1;
    stage[current] = 0;
    target.file.bytes.length = 0;
    return results[current] as number;
  };
  const remove = (path: number, site: number): number =>
    named(path, true, (name) => (files.delete(name) ? 0 : fail(errors.ENOENT)), site);
  const getByte = (stream: number, site: number): number => {
    if (isStandard(stream)) return (standard.getc as (...args: number[]) => number)(stream, site);
    const target = reach(stream, true, site);
    if (target === null) return -1;
    const byte = target.file.bytes[target.position];
    if (byte === undefined) target.atEnd = true;
    else target.position++;
    return byte ?? -1;
  };
  const putByte = (byte: number, stream: number, site: number): number => {
    if (isStandard(stream)) return (standard.putc as (...args: number[]) => number)(byte, stream, site);
    return put(stream, [byte & 0xff], site) < 0 ? -1 : byte & 0xff;
  };
  const putFormat = (stream: number, format: number, args: number, site: number): number => {
    if (isStandard(stream))
      return (standard.fprintf as (...args: number[]) => number)(stream, format, args, site);
    return putRead(
      stream,
      () => formatReads(m, format, args),
      () => [...new TextEncoder().encode(formatText(m, readString(m, format), args))],
      site,
    );
  };
  const putText = (text: number, stream: number, site: number): number => {
    if (isStandard(stream)) return (standard.fputs as (...args: number[]) => number)(text, stream, site);
    const length = stringLength(m, text);
    const count = putRead(
      stream,
      () => [textRead(m, text)],
      () => [...m.bytes.subarray(text, text + length)],
      site,
    );
    return count < 0 ? -1 : 1;
  };
  return {
    fopen: (path: number, mode: number, site: number) => {
      const { current } = m;
      if (!modes.has(current)) {
        const reads = m.bounds.isConstant(mode) ? [] : [textRead(m, mode)];
        if (!touchAll(m, site, ...reads)) return 0;
        modes.set(current, readString(m, mode));
      }
      const text = modes.get(current) ?? '';
      const flags = openModes[text[0] ?? ''] ?? 0;
      const number = open(path, text.includes('+') ? (flags & ~openFlags.access) | 2 : flags, site);
      if (!m.suspending) modes.delete(current);
      return number < 0 ? 0 : number;
    },
    open: (path: number, flags: number, _mode: number, site: number) => open(path, flags, site),
    creat: (path: number, _mode: number, site: number) => open(path, openModes.w as number, site),
    close,
    fclose: close,
    read: (number: number, at: number, size: number, site: number) =>
      isInput(number, false) ? 0 : read(number, at, size, site, -1, false),
    write: (number: number, at: number, size: number, site: number) => {
      if (number === 1 || number === 2) return print(at, size, site) ? size : -1;
      return write(number, at, size, site);
    },
    lseek: (number: number, offset: number, from: number, site: number) => seek(number, offset, from, site),
    fread: (at: number, size: number, items: number, stream: number, site: number) => {
      if (isInput(stream, true)) return 0;
      const bytes = read(stream, at, size * items, site, -1, false);
      return bytes < 0 || size === 0 ? 0 : Math.floor(bytes / size);
    },
    fwrite: (at: number, size: number, items: number, stream: number, site: number) => {
      if (isStandard(stream)) return print(at, size * items, site) ? items : 0;
      const bytes = write(stream, at, size * items, site);
      return bytes < 0 || size === 0 ? 0 : Math.floor(bytes / size);
    },
    fgets: (at: number, size: number, stream: number, site: number) => {
      if (isInput(stream, true)) return 0;
      return read(stream, at, size - 1, site, 10, true) > 0 ? at : 0;
    },
    fgetc: getByte,
    getc: getByte,
    fputc: putByte,
    putc: putByte,
    _IO_putc: putByte,
    fputs: putText,
    fprintf: putFormat,
    vfprintf: putFormat,
    ungetc: (byte: number, stream: number, site: number) => {
      const target = isStandard(stream) ? null : reach(stream, true, site);
      if (target === null || byte < 0 || target.position === 0) return -1;
      target.position--;
      target.atEnd = false;
      return byte & 0xff;
    },
    feof: (stream: number, site: number) => {
      if (isStandard(stream)) return isInput(stream, true) ? 1 : 0;
      return reach(stream, false, site)?.atEnd ? 1 : 0;
    },
    ferror: () => 0,
    clearerr: (stream: number, site: number) => {
      const target = isStandard(stream) ? null : reach(stream, true, site);
      if (target !== null) target.atEnd = false;
    },
    fseek: (stream: number, offset: number, from: number, site: number) =>
      seek(stream, offset, from, site) < 0 ? -1 : 0,
    rewind: (stream: number, site: number) => void seek(stream, 0, 0, site),
    ftell: (stream: number, site: number) => reach(stream, false, site)?.position ?? -1,
    remove,
    unlink: remove,
    access: (path: number, _mode: number, site: number) =>
      named(path, false, (name) => (files.has(name) ? 0 : fail(errors.ENOENT)), site),
    isatty: () => 0,
    fileno: (stream: number) => (stream === 3 ? 0 : stream),
    setvbuf: () => 0,
    flockfile: () => {},
    funlockfile: () => {},
  };
}
