// What a case.yaml may say. The one source of its types, its checks and its JSON Schema (schemas/case.schema.json).
import { z } from 'zod';
import type { ExpectedKind } from './types.js';

const identifierPattern = /^[A-Za-z_][A-Za-z0-9_]*$/;
const treePathPattern = /^(?!\/)(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9_.,+@/-]+\.c$/;
const caseFilePattern = /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\\\0]+$/;
const suitePattern = /^[A-Za-z0-9_-]+$/;
const fixNamePattern = /^(?!base$)[A-Za-z0-9][A-Za-z0-9._-]*$/;
// Tools by bare name only, so that a case from a stranger can neither name a program of its own nor reach make's
// `$(shell ...)`.
const makeOptionPattern =
  /^(?:(?:CC|HOSTCC)=(?:clang|gcc)(?:-\d+)?|LD=ld(?:\.bfd|\.lld(?:-\d+)?)?|(AR|NM|OBJCOPY|OBJDUMP|READELF|STRIP)=(?:llvm-)?(?:ar|nm|objcopy|objdump|readelf|strip)(?:-\d+)?|LLVM=(?:1|-\d+)|LLVM_IAS=[01]|W=[123]|V=[012])$/;

const text = (what: string) => z.string().min(1, `${what} is empty`);
const identifier = z
  .string()
  .max(255)
  .regex(identifierPattern, 'not a C identifier')
  .describe('A C function name.');
const treePath = z
  .string()
  .max(4096)
  .regex(treePathPattern, 'not the path of a .c file inside the kernel tree, such as drivers/foo/bar.c');
const caseFile = z
  .string()
  .min(1)
  .max(255)
  .regex(caseFilePattern, 'must name a file inside the case folder: no absolute path and no ".."');

const race = z
  .tuple([identifier, identifier])
  .describe('Both functions of a racing pair, in any order; the same twice for one that races with itself.');

/** Every kind of finding that a case may expect. */
export const expectedKinds = [
  ...(['race', 'use-after-free', 'double-free', 'invalid-free', 'invalid-access', 'deadlock'] as const),
  ...(['lost-wakeup', 'sleep-in-atomic', 'leak', 'lock-misuse', 'crash', 'warning', 'invariant'] as const),
  'no-serial-order',
] as const satisfies readonly ExpectedKind[];
const findingKind = z.enum(expectedKinds).describe('A kind of finding.');

const expectedFinding = z
  .strictObject({
    kind: findingKind,
    in: z
      .array(identifier)
      .min(1, 'names no function')
      .describe('Functions that the finding has to be about: where it showed, or where somebody waits.'),
  })
  .describe('A finding that is expected, and where.');

const test = z
  .strictObject({
    name: identifier.describe('The name of the KUnit test in the harness: the argument of KUNIT_CASE().'),
    title: text('title').describe('One line: what this test sets against what.'),
    races: z
      .array(race)
      .describe('The races expected of the unfixed driver. An empty list says that none is expected.'),
    expect: z
      .array(z.union([expectedFinding, findingKind, identifier]))
      .optional()
      .describe(
        'What the model engine has to find besides `races`, by kind: use-after-free, deadlock and so on. And functions that the sides have to reach: else nothing found says nothing.',
      ),
  })
  .describe('One KUnit test of the harness.');

const fix = z
  .strictObject({
    name: z
      .string()
      .max(100)
      .regex(
        fixNamePattern,
        'must be made of letters, digits, ".", "_" and "-"; "base" is what the unfixed run is called',
      )
      .describe('What `--fix` takes.'),
    title: text('title').describe('One line: what the fix does.'),
    patch: caseFile.describe('The patch in git format, a file of the case folder.'),
  })
  .describe('A fix to try.');

const kernel = z
  .strictObject({
    detector: z
      .enum(['kcsan', 'kasan', 'lockdep'])
      .optional()
      .describe(
        'What the kernel is configured with: kcsan (the default) for data races, kasan for memory used after it was freed, lockdep for deadlocks. KASAN and KCSAN exclude each other.',
      ),
    cpus: z.int().min(1).max(64).default(8).describe("Virtual CPUs: QEMU's -smp."),
    memory: z.int().min(64).max(65536).default(2048).describe("Guest memory in MiB: QEMU's -m."),
    timeout: z.int().min(5).max(86400).default(120).describe('Seconds that one boot may take.'),
    seconds: z
      .int()
      .min(1)
      .max(3600)
      .default(8)
      .describe('Seconds that each test runs its sides against each other.'),
    boots: z.int().min(1).max(1000).default(3).describe('How often each kernel is booted.'),
    makeOptions: z
      .array(
        z
          .string()
          .regex(
            makeOptionPattern,
            'not a make option that a case may set: CC=clang-19, LD=ld.bfd, AR=llvm-ar-19, LLVM=1, LLVM_IAS=1 and the like',
          ),
      )
      .default([])
      .describe(
        'Options for make, as in `kunit.py --make_options`. Tools by bare name; anything else goes on the command line (--make-option).',
      ),
  })
  .describe('How the kernel engine boots the case. The command line overrides each.');

export const caseFileSchema = z
  .strictObject({
    version: z.literal(1).describe('Version of this format: 1.'),
    title: text('title').describe('One line: what races with what.'),
    description: z.string().default('').describe('What the case is about, in as many lines as it takes.'),
    sources: z
      .array(treePath)
      .min(1, 'names no source file')
      .describe(
        'The .c files under test, by their path in the kernel tree: instrumented, and linked by the model engine.',
      ),
    expose: z
      .record(treePath, z.array(identifier).min(1, 'names no function'))
      .default({})
      .describe('Static functions that the harness calls, by source file. The file must be among `sources`.'),
    undo: caseFile
      .optional()
      .describe(
        'A patch that takes a fix out of the tree, a file of the case folder: the base is the tree with it.',
      ),
    within: treePath
      .optional()
      .describe(
        'One of `sources`: the harness is compiled behind its text, and sees its private structures, functions and data.',
      ),
    harness: caseFile
      .optional()
      .describe(
        'The KUnit suite, a file of the case folder: harness.c by default. A case with a device needs none.',
      ),
    device: caseFile
      .optional()
      .describe(
        'A description of the hardware (device.yaml), a file of the case folder: the kernel engine boots with it, and runs `user`.',
      ),
    user: caseFile
      .optional()
      .describe(
        'The program that runs in the guest, a file of the case folder: user.c where there is a device.',
      ),
    kunitconfig: caseFile
      .default('kunitconfig')
      .describe('The Kconfig fragment (CONFIG_ lines), a file of the case folder.'),
    suite: z
      .string()
      .max(255)
      .regex(suitePattern, 'not a KUnit suite name: letters, digits, "_" and "-"')
      .describe('The name of the KUnit suite in the harness.'),
    tests: z.array(test).min(1, 'declares no test').describe('The KUnit tests of the harness.'),
    fixes: z.array(fix).default([]).describe('Fixes to try, any number.'),
    assumptions: z
      .array(text('assumption'))
      .default([])
      .describe(
        'What the callers guarantee and the harness relies on, a sentence each. Printed with the result.',
      ),
    kernel: kernel.prefault({}),
  })
  .describe('A Millrace case: a kernel data race to reproduce, as data and C.');

/** A case.yaml after its defaults were filled in. */
export type CaseFile = z.infer<typeof caseFileSchema>;

/** The JSON Schema that editors read, published as schemas/case.schema.json. */
export function caseJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(caseFileSchema, { io: 'input' });
  return { $schema, title: 'Millrace case', ...rest };
}
