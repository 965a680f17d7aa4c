"""What multiplies matrices in this process. A comparison says little without it: the reference implementation is some ten times slower than the others."""

import ctypes
import os


def describe():
    """
    {"blas": name and version, "kernels": which processor they are for, "slow": only the reference implementation}, as far as it can be
    told: from the libraries that this process has loaded, so call it after a first product.
    """
    try:
        with open("/proc/self/maps") as maps:
            paths = sorted({line.split()[-1] for line in maps if "/" in line})
    except OSError:
        return {"blas": "unknown"}
    libraries = [path for path in paths if any(key in os.path.basename(path).lower() for key in ("blas", "mkl_", "blis", "atlas"))]
    for path in libraries:
        if found := openblas(path):
            return found
    names = " ".join(os.path.basename(path) for path in libraries)
    is_reference = bool(libraries) and not any(key in names.lower() for key in ("mkl_", "blis", "atlas"))
    return {"blas": f"reference BLAS ({names})" if is_reference else names or "built in", "slow": is_reference}


def openblas(path):
    """Debian calls OpenBLAS libblas.so.3, as it calls the reference implementation, so the name says nothing; what OpenBLAS exports does."""
    library = ctypes.CDLL(path)
    for prefix, suffix in (("", ""), ("", "64_"), ("scipy_", ""), ("scipy_", "64_")):
        calls = [getattr(library, f"{prefix}openblas_get_{what}{suffix}", None) for what in ("config", "corename")]
        if all(calls):
            for call in calls:
                call.argtypes, call.restype = [], ctypes.c_char_p
            config, core = (call().decode() for call in calls)
            return {"blas": " ".join(config.split()[:2]), "kernels": core}
    return None
