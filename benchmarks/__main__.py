"""`make bench`: everything, one after the other (two cores do not bear more), in about twelve minutes."""

import platform

from benchmarks import cold_start, costs, deployed, importing, pacing, posting, sending
from benchmarks.rows import Row, table


def main() -> None:
    rows: list[Row] = []
    for measure in (cold_start, sending, deployed, pacing, importing, costs, posting):
        print(f"{measure.__doc__.splitlines()[0] if measure.__doc__ else measure.__name__}", flush=True)
        rows += measure.rows()
    print(f"\nPython {platform.python_version()}, {platform.machine()}, on an emulator:\n\n{table(rows)}")


if __name__ == "__main__":
    main()
