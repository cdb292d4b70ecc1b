// A guest with a virtual device: how QEMU is started for it, and what is at the other end of its sockets.
import { join } from 'node:path';
import { environmentError, inputError, run } from '../base/index.js';
import type { Case, KernelSettings } from '../case/index.js';
import { buildInitramfs, type Device, DeviceHost, startPciSession } from '../device/index.js';
import type { BuiltKernel } from './build/index.js';
import type { AttachedDevice, GuestDevice } from './qemu/index.js';

export interface AttachmentRequest {
  readonly case: Case;
  /** What the guest's device is; undefined where it has none. */
  readonly device?: DescribedDevice | undefined;
  readonly settings: Pick<KernelSettings, 'memory'>;
  /** Where the program and its initramfs go, absolute. */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
}

export interface DescribedDevice {
  readonly description: Device;
  /** device.c as WebAssembly; null where registers are all there is. */
  readonly wasm: Uint8Array | null;
}

export interface Attachment {
  readonly guest: GuestDevice;
  readonly device: AttachedDevice;
}

/** The slot whose INTA leads to the interrupt line that the firmware writes into configuration space. */
const slot = '05.0';
const proxyDescriptor = 3;
const qtestDescriptor = 4;

/** QEMU's side of a PCI device that another process has. */
export const proxyDevice = 'x-pci-proxy-dev';

/** Errors: `environment` for a QEMU without {@link proxyDevice}. */
export async function requireProxyDevice(qemu: string, signal?: AbortSignal): Promise<void> {
  const { stdout } = await run(qemu, ['-device', 'help'], { signal, timeout: 30_000 });
  if (!stdout.includes(`name "${proxyDevice}"`))
    throw environmentError(`${qemu} has no ${proxyDevice}, through which a virtual device is attached`, {
      hint: 'Install a QEMU that has it: qemu-system-x86 of Debian 12 or newer; or give one with --qemu.',
    });
}

/**
 * Null for a case without a device. Builds the program that runs in the guest.
 * Errors: `input` when it does not compile.
 */
export async function attachDevice(
  request: AttachmentRequest,
  built: Pick<BuiltKernel, 'source' | 'objects' | 'toolchain'>,
): Promise<Attachment | null> {
  const { case: theCase, device, settings, signal } = request;
  if (theCase.device === undefined || device === undefined) return null;
  const { description, wasm } = device;
  const initrd = await buildInitramfs({
    source: theCase.device.user,
    tree: built.source,
    objects: built.objects,
    compiler: built.toolchain.cc,
    directory: join(request.directory, 'user'),
    signal,
  });
  return {
    guest: {
      initrd,
      options: [
        // One thread for all virtual CPUs: with one each, QEMU drops an access that meets another, and says so once.
        ['-accel', 'tcg,thread=single'],
        ['-machine', 'pc,memory-backend=ram'],
        ['-object', `memory-backend-memfd,id=ram,size=${settings.memory}M,share=on`],
        ['-device', `${proxyDevice},fd=${proxyDescriptor},addr=${slot}`],
        ['-chardev', `socket,id=qtest,fd=${qtestDescriptor}`],
        ['-qtest', 'chardev:qtest'],
        ['-qtest-log', 'none'],
      ],
    },
    device: {
      sockets: 2,
      start: ([proxy, qtest], pidFile, fail) => {
        if (proxy === undefined || qtest === undefined)
          throw new Error('QEMU was started without its sockets');
        const host = new DeviceHost({ device: description, wasm });
        return startPciSession({
          device: description,
          host,
          proxy,
          qtest,
          pidFile,
          onFailure: ({ message }) =>
            fail(
              inputError(`the device ${description.name} cannot go on: ${message}`, {
                at: { file: description.code ?? theCase.device?.description ?? theCase.directory },
                hint: 'What a device may do stands in docs/device.md.',
              }),
            ),
        });
      },
    },
  };
}
