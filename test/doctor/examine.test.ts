import { describe, expect, test } from 'vitest';
import { examine, installCommand, systemOf } from '../../src/doctor/index.js';

describe('the system is known by its os-release', () => {
  test.each([
    ['PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n', 'debian', 'Debian GNU/Linux 12 (bookworm)'],
    ['PRETTY_NAME="Ubuntu 24.04.1 LTS"\nID=ubuntu\nID_LIKE=debian\n', 'debian', 'Ubuntu 24.04.1 LTS'],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"\nPRETTY_NAME="Linux Mint 22"\n', 'debian', 'Linux Mint 22'],
    ['ID=rocky\nID_LIKE="rhel centos fedora"\nPRETTY_NAME="Rocky Linux 9"\n', 'fedora', 'Rocky Linux 9'],
    ["ID=arch\nPRETTY_NAME='Arch Linux'\n", 'arch', 'Arch Linux'],
    ['ID=alpine\n', null, 'alpine'],
  ])('%j', (text, family, name) => {
    expect(systemOf(text)).toEqual({ family, name });
  });
});

test('the command to install is one line for the package manager, with sudo for an ordinary user', () => {
  expect(installCommand('debian', ['flex', 'bc'], false)).toBe(
    'sudo apt-get install --yes --no-install-recommends flex bc',
  );
  expect(installCommand('fedora', ['flex'], true)).toBe('dnf install -y flex');
  expect(installCommand('arch', ['flex'], false)).toBe('sudo pacman -S --needed flex');
  expect(installCommand('debian', [], true)).toBeNull();
  expect(installCommand(null, ['flex'], true)).toBeNull();
});

describe('where nothing is on PATH', () => {
  const env = { PATH: '/nonexistent' };

  test('Debian is told every package once', async () => {
    const report = await examine({ env, system: { family: 'debian', name: 'Debian' }, isRoot: true });
    expect(report.install).toBe(
      'apt-get install --yes --no-install-recommends clang llvm lld make binutils gcc libc6-dev flex bison bc libelf-dev qemu-system-x86 qemu-system-data ccache libssl-dev perl python3 dpkg tar xz-utils redis-server',
    );
    expect(report.areas.map(({ usable }) => usable)).toEqual([true, false, false, true]);
  });

  test("Fedora is not told to install Debian's package tools", async () => {
    const report = await examine({ env, system: { family: 'fedora', name: 'Fedora' }, isRoot: true });
    expect(report.install).toMatch(/^dnf install -y clang lld make llvm binutils gcc glibc-devel /);
    expect(report.install).not.toContain('dpkg');
  });

  test('a system that is not known gets the list of what it lacks', async () => {
    const report = await examine({ env, system: { family: null, name: 'Other' } });
    expect(report.install).toBeNull();
    expect(report.missing).toContain('QEMU');
  });
});
