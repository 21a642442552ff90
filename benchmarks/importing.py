"""Importing a CSV file: rows a second, both passes, new people."""

import time
from collections.abc import Callable

from benchmarks import in_process
from benchmarks.rows import Row
from chalicelib import clock, files
from chalicelib.people import csv_file, import_file, import_people, import_store
from chalicelib.people.import_file import Look

PEOPLE = 20_000


def rows() -> list[Row]:
    with in_process.stack():
        group, wanted = in_process.group(), clock.new_id()
        lines = [f"p{n}@{group.slug}.example.org,Person {n},Test,{10000 + n % 80000}" for n in range(PEOPLE)]
        content = ("email,first name,last name,zip\n" + "\n".join(lines) + "\n").encode()
        files.put(import_file.key(group.id, wanted), content)
        seen = import_file.look(group.id, wanted)
        assert isinstance(seen, Look)
        import_people.start(group.id, wanted, "bench", seen.meanings, "bench")
        dry = _seconds(lambda: import_people.run(group.id, wanted))
        import_people.confirm(group.id, wanted)
        cpu = time.process_time()
        wet = _seconds(lambda: import_people.run(group.id, wanted))
        cpu = time.process_time() - cpu
        done = import_store.find(group.id, wanted)
        assert done and done.counts.new == PEOPLE, done
        bare = _seconds(lambda: list(csv_file.records([content], seen.dialect)))
    return [
        Row(
            "import, rows a second (the emulator's writes included)",
            f"{PEOPLE / wet:,.0f}; {PEOPLE / cpu:,.0f} a CPU second",
            f"only reading the file {PEOPLE / bare:,.0f}",
            "≥ 10,000",
        ),
        Row("dry run of an import, rows a second", f"{PEOPLE / dry:,.0f}"),
    ]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
