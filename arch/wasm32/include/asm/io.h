/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_IO_H
#define _ASM_WASM32_IO_H

#include <linux/types.h>
#include <asm/machine.h>

#define __io_br() barrier()
#define __io_ar(value) barrier()
#define __io_bw() barrier()
#define __io_aw() barrier()

static __always_inline u8 __raw_readb(const volatile void __iomem *address)
{
	return millrace_mmio_read8((const volatile void __force *)address);
}
#define __raw_readb __raw_readb

static __always_inline u16 __raw_readw(const volatile void __iomem *address)
{
	return millrace_mmio_read16((const volatile void __force *)address);
}
#define __raw_readw __raw_readw

static __always_inline u32 __raw_readl(const volatile void __iomem *address)
{
	return millrace_mmio_read32((const volatile void __force *)address);
}
#define __raw_readl __raw_readl

static __always_inline u64 __raw_readq(const volatile void __iomem *address)
{
	return millrace_mmio_read64((const volatile void __force *)address);
}
#define __raw_readq __raw_readq

static __always_inline void __raw_writeb(u8 value, volatile void __iomem *address)
{
	millrace_mmio_write8(value, (volatile void __force *)address);
}
#define __raw_writeb __raw_writeb

static __always_inline void __raw_writew(u16 value, volatile void __iomem *address)
{
	millrace_mmio_write16(value, (volatile void __force *)address);
}
#define __raw_writew __raw_writew

static __always_inline void __raw_writel(u32 value, volatile void __iomem *address)
{
	millrace_mmio_write32(value, (volatile void __force *)address);
}
#define __raw_writel __raw_writel

static __always_inline void __raw_writeq(u64 value, volatile void __iomem *address)
{
	millrace_mmio_write64(value, (volatile void __force *)address);
}
#define __raw_writeq __raw_writeq

/* What the PC's headers bring along, and drivers written for it take for granted. */
#include <linux/string.h>
#include <asm/page.h>
#include <asm/pgtable.h>

#define IO_SPACE_LIMIT 0xffff
#define PCI_IOBASE ((void __iomem *)0xf0000000UL)

void __iomem *ioremap(phys_addr_t address, size_t size);
void iounmap(volatile void __iomem *address);
#define ioremap ioremap
#define iounmap iounmap
#define ioremap_wc ioremap
#define ioremap_np ioremap
#define ioremap_cache ioremap

#include <asm-generic/io.h>

#define readq readq
#define writeq writeq

#endif
