/** Error numbers as Linux has them (include/uapi/asm-generic/errno-base.h, errno.h). */
export const errno = {
  EPERM: 1,
  ESRCH: 3,
  EAGAIN: 11,
  ENOMEM: 12,
  EBUSY: 16,
  EINVAL: 22,
  EDEADLK: 35,
  ETIMEDOUT: 110,
} as const;
