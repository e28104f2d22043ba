"""Freed memory kept for the next tensor, where the C library is glibc.

Its allocator gives blocks of megabytes back to the system at once, and every tensor of the next generation has to
fault its pages in anew, five times as many page faults as are needed.
"""

import ctypes
import sys

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4  # malloc.h
KEEP = 2**31 - 1
PAD = 64 * 2**20


def keep_freed_memory() -> bool:
    """Tell glibc's allocator to keep what is freed; return whether it was there to be told.

    The process then stays as large as it has ever been.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return False
    return all([mallopt(M_MMAP_MAX, 0), mallopt(M_TRIM_THRESHOLD, KEEP), mallopt(M_TOP_PAD, PAD)])
