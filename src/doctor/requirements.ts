// What each engine needs, why, and what it is called by the package managers. Kernel: Documentation/process/changes.rst
// and scripts/min-tool-version.sh, v6.12.
import { minimumClang } from '../kernel/build/index.js';
import { proxyDevice } from '../kernel/index.js';
import {
  clangForKernel,
  clangForWasm,
  header,
  kernelTree,
  kvm,
  nodeRuntime,
  npmPackage,
  type Probe,
  program,
  qemuDevice,
  qemuFirmware,
} from './probes.js';
import type { Area } from './types.js';

export type Family = 'debian' | 'fedora' | 'arch';

export interface RequirementSpec {
  readonly area: Area;
  readonly name: string;
  readonly purpose: string;
  readonly required: boolean;
  readonly probe: Probe;
  /** By family; none where no package brings it. */
  readonly packages?: Readonly<Partial<Record<Family, readonly string[]>>>;
}

/** Stands for the newest clang packages that this Debian offers; `install.ts` puts them in. */
export const debianClang = 'clang';

const everywhere = (name: string) => ({ debian: [name], fedora: [name], arch: [name] });

export const areaTitles: Readonly<Record<Area, string>> = {
  model: 'Model engine',
  kernel: 'Kernel engine',
  debian: 'Fetching debian: trees',
  campaigns: 'Campaigns on many machines',
};

export const requirementSpecs: readonly RequirementSpec[] = [
  {
    area: 'model',
    name: 'Node.js',
    purpose: 'runs Millrace and the machine',
    required: true,
    probe: nodeRuntime('20.19.0'),
    packages: everywhere('nodejs'),
  },
  {
    area: 'model',
    name: '@yowasp/clang',
    purpose: 'the packaged compiler; `npm ci` installs it',
    required: true,
    probe: npmPackage('@yowasp/clang'),
  },
  {
    area: 'model',
    name: 'native clang and wasm-ld',
    purpose: 'compiles about five times faster',
    required: false,
    probe: clangForWasm,
    packages: { debian: [debianClang], fedora: ['clang', 'lld'], arch: ['clang', 'lld'] },
  },
  {
    area: 'model',
    name: 'kernel tree',
    purpose: 'headers and sources of the driver',
    required: false,
    probe: kernelTree,
  },
  {
    area: 'kernel',
    name: 'make',
    purpose: 'builds the kernel',
    required: true,
    probe: program(['make'], { minimum: '4.0' }),
    packages: everywhere('make'),
  },
  {
    area: 'kernel',
    name: 'clang, LLVM, linker',
    purpose: `${minimumClang} or newer, builds the kernel`,
    required: true,
    probe: clangForKernel,
    packages: {
      debian: [debianClang, 'binutils'],
      fedora: ['clang', 'llvm', 'binutils'],
      arch: ['clang', 'llvm', 'binutils'],
    },
  },
  {
    area: 'kernel',
    name: 'host compiler',
    purpose: "builds the build's own programs",
    required: true,
    probe: program(['gcc', 'clang']),
    packages: { debian: ['gcc', 'libc6-dev'], fedora: ['gcc', 'glibc-devel'], arch: ['gcc'] },
  },
  {
    area: 'kernel',
    name: 'flex',
    purpose: 'Kconfig',
    required: true,
    probe: program(['flex'], { minimum: '2.5.35' }),
    packages: everywhere('flex'),
  },
  {
    area: 'kernel',
    name: 'bison',
    purpose: 'Kconfig',
    required: true,
    probe: program(['bison'], { minimum: '2.0' }),
    packages: everywhere('bison'),
  },
  {
    area: 'kernel',
    name: 'bc',
    purpose: 'kernel/time/timeconst.h',
    required: true,
    probe: program(['bc']),
    packages: everywhere('bc'),
  },
  {
    area: 'kernel',
    name: 'libelf headers',
    purpose: 'objtool',
    required: true,
    probe: header('gelf.h'),
    packages: { debian: ['libelf-dev'], fedora: ['elfutils-libelf-devel'], arch: ['libelf'] },
  },
  {
    area: 'kernel',
    name: 'QEMU',
    purpose: 'boots the kernel',
    required: true,
    probe: program(['qemu-system-x86_64']),
    packages: { debian: ['qemu-system-x86'], fedora: ['qemu-system-x86-core'], arch: ['qemu-system-x86'] },
  },
  {
    area: 'kernel',
    name: 'qboot firmware',
    purpose: 'boots seconds sooner',
    required: false,
    probe: qemuFirmware('qboot.rom'),
    packages: { debian: ['qemu-system-data'], fedora: ['qboot'], arch: ['qemu-system-x86-firmware'] },
  },
  {
    area: 'kernel',
    name: `QEMU’s ${proxyDevice}`,
    purpose: 'virtual hardware for cases with a device',
    required: false,
    probe: qemuDevice(proxyDevice),
    packages: { debian: ['qemu-system-x86'], fedora: ['qemu-system-x86-core'], arch: ['qemu-system-x86'] },
  },
  {
    area: 'kernel',
    name: 'KVM',
    purpose: 'runs the guest at full speed',
    required: false,
    probe: kvm,
  },
  {
    area: 'kernel',
    name: 'ccache',
    purpose: 'spares compiling the same again',
    required: false,
    probe: program(['ccache']),
    packages: everywhere('ccache'),
  },
  {
    area: 'kernel',
    name: 'OpenSSL headers',
    purpose: 'configurations with signed modules',
    required: false,
    probe: header('openssl/ssl.h'),
    packages: { debian: ['libssl-dev'], fedora: ['openssl-devel'], arch: ['openssl'] },
  },
  {
    area: 'kernel',
    name: 'perl',
    purpose: 'some configurations',
    required: false,
    probe: program(['perl']),
    packages: everywhere('perl'),
  },
  {
    area: 'kernel',
    name: 'python3',
    purpose: "the kernel's own kunit.py",
    required: false,
    probe: program(['python3']),
    packages: { debian: ['python3'], fedora: ['python3'], arch: ['python'] },
  },
  {
    area: 'debian',
    name: 'apt-get',
    purpose: 'fetches and verifies the package',
    required: true,
    probe: program(['apt-get']),
  },
  {
    area: 'debian',
    name: 'dpkg-deb',
    purpose: 'unpacks the package',
    required: true,
    probe: program(['dpkg-deb']),
    packages: { debian: ['dpkg'], fedora: ['dpkg'], arch: ['dpkg'] },
  },
  {
    area: 'debian',
    name: 'tar',
    purpose: 'unpacks the tree',
    required: true,
    probe: program(['tar']),
    packages: everywhere('tar'),
  },
  {
    area: 'debian',
    name: 'xz',
    purpose: 'unpacks the tree',
    required: true,
    probe: program(['xz']),
    packages: { debian: ['xz-utils'], fedora: ['xz'], arch: ['xz'] },
  },
  {
    area: 'campaigns',
    name: 'redis-server',
    purpose: 'the queue, on one of the machines',
    required: false,
    probe: program(['redis-server'], { minimum: '6.2' }),
    packages: { debian: ['redis-server'], fedora: ['redis'], arch: ['redis'] },
  },
];
