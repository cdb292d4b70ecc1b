import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentProgress } from '../../src/base/index.js';
import { listRuns, type RunRecord } from '../../src/record/index.js';
import { findFix, type RunCaseRequest, runCase } from '../../src/run/index.js';
import { fakeQemu } from '../kernel/qemu/fake-qemu.js';
import { smallCase, smallTree } from '../kernel/small-case.js';

const temporary = () => mkdtempSync(join(tmpdir(), 'millrace-run-case-'));

const booting = (qemu: string) => ({ kernel: { qemu, cacheDirectory: temporary() } });

function request(more: Partial<RunCaseRequest> = {}): RunCaseRequest {
  return {
    case: smallCase(),
    tree: smallTree(),
    fix: null,
    workingDirectory: temporary(),
    engines: booting(fakeQemu("echo 'QEMU emulator version 7.2.19'; exit 33").program),
    version: '0.1.0',
    command: ['millrace', 'run'],
    progress: silentProgress,
    ...more,
  };
}

async function records({ workingDirectory }: RunCaseRequest): Promise<readonly RunRecord[]> {
  return (await listRuns(workingDirectory)).flatMap((listed) => ('record' in listed ? [listed.record] : []));
}

const failureOf = (asked: RunCaseRequest) =>
  runCase(asked).then(
    () => null,
    (error: unknown) => error,
  );

test('a run that is interrupted while QEMU is looked at leaves a record that says so', async () => {
  const controller = new AbortController();
  const qemu = fakeQemu('touch $here/began; exec sleep 1000');
  const asked = request({ engines: booting(qemu.program), signal: controller.signal });
  setTimeout(() => controller.abort(), 300);
  expect(await failureOf(asked)).toMatchObject({ kind: 'interrupted' });
  expect((await records(asked)).map(({ status }) => status)).toEqual(['interrupted']);
});

test('a run whose build fails leaves a record that says so, with the tests that its filter left', async () => {
  const two = ['two_stops', 'other'].map((name) => ({ name, title: name, races: [] }));
  const asked = request({ case: smallCase({ tests: two }), filter: 'foo.two*' });
  expect(await failureOf(asked)).toMatchObject({ kind: 'environment' });
  const [record] = await records(asked);
  expect(record?.status).toBe('failed');
  expect(record?.case.tests.map(({ name }) => name)).toEqual(['two_stops']);
});

test('a fix that does not apply is told before anything is built, and leaves no record', async () => {
  const patch = join(temporary(), 'wrong.patch');
  writeFileSync(
    patch,
    '--- a/drivers/foo/foo.c\n+++ b/drivers/foo/foo.c\n@@ -1 +1 @@\n-nothing like it\n+x\n',
  );
  const asked = request();
  const error = await failureOf({ ...asked, fix: findFix(asked.case, patch) });
  expect(error).toMatchObject({ kind: 'input' });
  expect(await records(asked)).toEqual([]);
});

test('a filter that leaves no test is told before anything is built', async () => {
  expect(await failureOf(request({ filter: 'bar.*' }))).toMatchObject({ kind: 'input' });
});

test('a fix is one of the case’s, or a patch file by its name', () => {
  const theCase = smallCase();
  expect(findFix(theCase, 'hold-lock')).toBe(theCase.fixes[0]);
  const patch = join(temporary(), 'mine.patch');
  writeFileSync(patch, '');
  expect(findFix(theCase, patch)).toEqual({ name: 'mine', title: 'mine.patch', patch });
  expect(() => findFix(theCase, 'hold-lok')).toThrow('has no fix "hold-lok"');
  expect(() => findFix(theCase, tmpdir())).toThrow('there is no such file');
});

test('a patch file called base is not mistaken for the base', () => {
  const patch = join(temporary(), 'base.patch');
  writeFileSync(patch, '');
  expect(findFix(smallCase(), patch).name).toBe('base.patch');
});
