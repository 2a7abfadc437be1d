"""Holds files in memory while engines are measured: a machine may take back what lies in its page cache
and was not looked at for a while, and a query would then wait for the disk."""

import ctypes
import mmap
import os

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int,
                       ctypes.c_long]
_libc.munmap.argtypes = _libc.mlock.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
_FAILED = ctypes.c_void_p(-1).value


class Held:
    """All files below the folders, mapped and locked until close(). Where locking is refused, their pages
    have at least been read."""

    def __init__(self, folders):
        self.maps = []
        for folder in folders:
            for where, _, names in os.walk(folder):
                for name in names:
                    self._hold(os.path.join(where, name))

    def _hold(self, path):
        size = os.path.getsize(path)
        if size == 0:
            return
        with open(path, "rb") as file:
            at = _libc.mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, file.fileno(), 0)
        if at == _FAILED:
            return
        self.maps.append((at, size))
        if _libc.mlock(at, size) != 0:
            with open(path, "rb") as file:
                while file.read(1 << 20):
                    pass

    def close(self):
        """Ends the maps, which unlocks them."""
        for at, size in self.maps:
            _libc.munmap(at, size)
        self.maps = []
