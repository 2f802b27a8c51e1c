"""Turn a template and its data into a PDF or pictures. Runs as a process of its own.

Data of strangers goes into the typesetter, so what this process may use is limited before that,
and it is cut off from the network where the system lets it. Nothing of Gernas is imported here.
Exit codes: 0 done, 3 it cannot be typeset, 4 too large.

    python -P typeset_process.py TEMPLATE FONTS DATA TARGET
"""

import contextlib
import ctypes
import resource
import sys
from pathlib import Path

MEMORY_BYTES = 2_000_000_000  # address space, most of it reserved and never used
CPU_SECONDS = 60
LARGEST_FILE = 100_000_000
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
NOT_POSSIBLE, TOO_LARGE = 3, 4


def main() -> int:
    template, fonts, source, target = map(Path, sys.argv[1:5])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _leave_network()

    import typst  # Its threads begin with it, behind the limits.

    try:
        typst.compile(
            str(template),
            output=str(target),
            root=str(template.parent),
            font_paths=[str(fonts)],
            sys_inputs={"data": source.read_text("utf-8")},
            # Packages would be looked for here and then downloaded; there are none.
            package_path=str(source.parent),
            package_cache_path=str(source.parent),
            format="png" if target.suffix == ".png" else "pdf",
            ppi=100,
            timestamp=int(sys.argv[5]) if len(sys.argv) > 5 else 0,
        )
    except MemoryError:
        return TOO_LARGE
    except Exception as error:  # noqa: BLE001 - to the person they are all the same
        sys.stderr.write(type(error).__name__)
        return NOT_POSSIBLE
    return 0


def _leave_network() -> None:
    """Move into a network without any connection; some systems do not let everyone do that."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).unshare(NEW_USER | NEW_NETWORK)


if __name__ == "__main__":
    sys.exit(main())
