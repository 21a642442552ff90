"""Bob imports a list: everyone on it once, whoever left stays away, and no crash loses or doubles anybody."""

import random
import threading
from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

import pytest
from cloud import losing_a_reply

from chalicelib import clock, counters, files, lambdas
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.people import import_file, import_people, import_store, store, subscription
from chalicelib.people.import_store import Counts, Import, State
from chalicelib.people.person import Person, Subscription, person_id


class Killed(BaseException):
    """The worker's process ended here."""


@pytest.fixture
def bob(aws: Any) -> Group:
    """Bob's group."""
    group = network.create_group(f"g{clock.new_id()}", "Friends of the Library")
    assert group
    return group


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The workers that were asked for; the tests run them themselves. None waits for a dead one."""
    asked: list[dict[str, str]] = []
    monkeypatch.setattr(lambdas, "start", lambda job, payload: asked.append(payload))
    monkeypatch.setattr(clock, "sleep", lambda seconds: None)
    monkeypatch.setattr(import_file, "BATCH", 20)
    return asked


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker is taken for dead as soon as another one comes."""
    monkeypatch.setattr(import_people, "_SILENCE_SECONDS", -1)


def upload(group: Group, text: str, encoding: str = "utf-8", tag: str = "") -> str:
    """Put the file where the browser puts it, and begin its dry run with the columns as guessed."""
    wanted = clock.new_id()
    files.put(import_file.key(group.id, wanted), text.encode(encoding))
    look = import_file.look(group.id, wanted)
    assert isinstance(look, import_file.Look), look
    assert import_people.start(group.id, wanted, "bob@example.org", look.meanings, tag)
    return wanted


def work_on(group: Group, wanted: str) -> Import:
    """Workers, until none is needed."""
    for _ in range(50):
        import_people.run(group.id, wanted)
        found = import_store.find(group.id, wanted)
        assert found
        if not found.running:
            return found
    raise AssertionError("It never ends.")


def bring_in(group: Group, text: str, encoding: str = "utf-8", tag: str = "") -> Import:
    """Dry run, confirmation and import; both passes find the same."""
    wanted = upload(group, text, encoding, tag)
    checked = work_on(group, wanted)
    assert checked.state == State.CHECKED
    import_people.confirm(group.id, wanted)
    done = work_on(group, wanted)
    assert done.state == State.DONE
    assert done.counts == checked.counts
    return done


def known(group: Group, email: str) -> Person | None:
    return store.find(group.id, person_id(group.salt, email))


def everyone(group: Group) -> dict[str, Person]:
    return {person.email: person for person in store.each(group.id)}


def totals(group: Group) -> dict[str, int]:
    return dict(counters.read(f"group#{group.id}"))


def rows(count: int, name: str = "Person", domain: str = "example.org") -> str:
    return "Email,First name\n" + "".join(f"p{number}@{domain},{name} {number}\n" for number in range(count))


def test_a_dry_run_counts_and_changes_nothing(bob: Group, started: list[Any]) -> None:
    wanted = upload(bob, rows(50))
    checked = work_on(bob, wanted)
    assert (checked.state, checked.counts) == (State.CHECKED, Counts(new=50))
    assert everyone(bob) == {}
    assert totals(bob) == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_usual_file_brings_the_same_people(bob: Group, started: list[Any], encoding: str, end: str) -> None:
    text = 'Correo;;Nombre;Apellidos;CP\nJOSE@example.org;;José;Núñez;1a2\n;;;;\nada@example.org;;"Ada\n""A""";;\n'
    done = bring_in(bob, text.replace("\n", end), encoding, tag="list")
    assert done.counts == Counts(new=2)
    jose, ada = known(bob, "jose@example.org"), known(bob, "ada@example.org")
    assert jose
    assert ada
    assert (jose.full_name, jose.zip_code, jose.tags) == ("José Núñez", "1A2", {"list"})
    assert (ada.given_name, ada.subscription, ada.source) == ('Ada "A"', Subscription.SUBSCRIBED, f"import:{done.id}")
    assert totals(bob) == {"people": 2, "subscribed": 2}


def test_each_row_is_counted_for_what_it_is(bob: Group, started: list[Any]) -> None:
    bring_in(bob, "email,first name,zip\nada@example.org,Ada,02139\ngrace@example.org,,\njose@example.org,José,\n")
    done = bring_in(
        bob,
        "email,first name,zip\n"
        "ada@example.org,Augusta,\n"  # something new
        "Grace@example.org,,\n"  # nothing new
        "jose@example.org,José,10001\n"  # something new
        "new@example.org,New,\n"
        "NEW@example.org,,94110\n"  # again, with more
        "nobody,x,\n",
    )
    assert done.counts == Counts(new=1, updated=2, unchanged=1, repeated=1, invalid=1)
    ada, new = known(bob, "ada@example.org"), known(bob, "new@example.org")
    assert ada
    assert new
    assert (ada.given_name, ada.zip_code) == ("Augusta", "02139")
    assert (new.given_name, new.zip_code) == ("New", "94110")
    assert totals(bob)["people"] == 4


def test_rows_that_are_wrong_are_listed_with_their_line(bob: Group, started: list[Any]) -> None:
    done = bring_in(bob, 'email,name\nada@example.org,Ada\n\nnot one,=1+1\n"open,x\nb@example.org,Bob\n,Nobody\n')
    assert done.counts == Counts(new=2, invalid=3)
    found = [(error.line, error.problem, error.cells) for error in import_file.errors_of(done)]
    assert found == [
        (4, "This is not an email address.", ["not one", "=1+1"]),
        (5, "A quote in this row is not closed.", ['"open,x']),
        (7, "There is no email address.", ["", "Nobody"]),
    ]


def test_an_export_imported_again_brings_nobody_back(bob: Group, started: list[Any]) -> None:
    """Failure 9: a tenth of the list has left; the file still says otherwise."""
    domain = f"{clock.new_id()}.example.org"
    bring_in(bob, rows(100, domain=domain))
    for number in range(0, 100, 10):
        email = f"p{number}@{domain}"
        person = person_id(bob.salt, email)
        if number % 3 == 0:
            subscription.unsubscribe(bob.id, person)
        else:
            (subscription.bounced if number % 3 == 1 else subscription.complained)(bob.id, person, email)
    before, counted = everyone(bob), totals(bob)
    export = "email,first name,subscription,tags\n" + "".join(
        f"{person.email},{person.given_name},subscribed,vip\n" for person in before.values()
    )
    done = bring_in(bob, export, tag="again")
    assert done.counts == Counts(updated=100, unsubscribed=10)
    after = everyone(bob)
    standing = {email: (person.subscription, person.subscription_since) for email, person in before.items()}
    assert {email: (person.subscription, person.subscription_since) for email, person in after.items()} == standing
    assert all(person.tags == {"vip", "again"} for person in after.values())
    assert totals(bob) == counted


def test_a_new_person_whose_address_is_suppressed_is_not_subscribed(bob: Group, started: list[Any]) -> None:
    email = f"gone{clock.new_id()}@example.org"
    store.suppress(subscription.address_hash(email), "bounced", clock.now())
    done = bring_in(bob, f"email\n{email}\nada@example.org\n")
    assert done.counts == Counts(new=2, suppressed=1)
    gone = known(bob, email)
    assert gone
    assert gone.subscription == Subscription.BOUNCED
    assert totals(bob) == {"people": 2, "subscribed": 1}


def test_whoever_signs_and_leaves_during_the_import_stays_so(
    bob: Group, started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and writing, Ada signs, gives her name, and unsubscribes."""
    ada = person_id(bob.salt, "p3@example.org")

    def leave(*args: Any, **how: Any) -> Any:
        if store.find(bob.id, ada) is None:
            signed = Person(id=ada, group=bob.id, email="p3@example.org", given_name="Ada")
            store.upsert(signed, at=clock.now() + 1)
            subscription.unsubscribe(bob.id, ada)
        return add_new_people(*args, **how)

    wanted = upload(bob, rows(10), tag="list")
    work_on(bob, wanted)
    add_new_people = store.add_new_people
    monkeypatch.setattr(store, "add_new_people", leave)
    import_people.confirm(bob.id, wanted)
    done = work_on(bob, wanted)
    person = store.find(bob.id, ada)
    assert person
    assert (person.given_name, person.subscription) == ("Ada", Subscription.UNSUBSCRIBED)
    assert person.tags == {"list"}
    assert done.counts == Counts(new=9, updated=1)
    assert len(everyone(bob)) == 10


class Fate:
    """Ends the worker at one of its calls to the outside, before or behind it; `deaths` are still to come."""

    def __init__(self, seed: int, deaths: int) -> None:
        self.chance, self.deaths, self.calls_left = random.Random(seed), deaths, 0

    def draw(self) -> None:
        """A new worker's fate."""
        self.calls_left = self.chance.randint(2, 8)

    def deadly(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        def wrapped(*args: Any, **how: Any) -> Any:
            self.calls_left -= 1
            if self.deaths and not self.calls_left:
                self.deaths -= 1
                if self.chance.random() < 0.5:
                    call(*args, **how)
                raise Killed
            return call(*args, **how)

        return wrapped


@pytest.mark.parametrize("seed", range(6))
def test_a_worker_killed_twenty_times_loses_and_doubles_nobody(
    bob: Group, started: list[Any], impatient: None, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    bring_in(bob, rows(60))
    text = rows(200, "Somebody") + rows(30, "Again").partition("\n")[2] + "nobody\n,\n'x\n" * 20
    wanted = upload(bob, text, tag="list")
    fate = Fate(seed, deaths=0)
    for module, name in ((store, "add_new_people"), (store, "upsert"), (store, "find_many"), (import_store, "change")):
        monkeypatch.setattr(module, name, fate.deadly(getattr(module, name)))
    for state in (State.CHECKED, State.DONE):
        fate.deaths = 10
        while (found := import_store.find(bob.id, wanted)) and found.running:
            fate.draw()
            try:
                import_people.run(bob.id, wanted)
            except Killed:
                continue
        assert found
        assert found.state == state
        assert fate.deaths == 0
        assert found.counts == Counts(new=140, updated=60, repeated=30, invalid=40)
        assert len(import_file.errors_of(found)) == 40
        import_people.confirm(bob.id, wanted)
    people = everyone(bob)
    assert len(people) == 200
    assert all(person.tags == {"list"} for person in people.values())
    assert people["p7@example.org"].given_name == "Again 7"
    assert people["p77@example.org"].given_name == "Somebody 77"
    assert totals(bob)["people"] <= 200


def test_a_long_import_is_handed_on_before_lambda_ends_it(bob: Group, started: list[Any]) -> None:
    wanted = upload(bob, rows(100))
    workers = 0
    while (found := import_store.find(bob.id, wanted)) and found.running:
        import_people.run(bob.id, wanted, seconds=-1)
        workers += 1
    assert found
    assert (workers, found.counts) == (6, Counts(new=100))
    assert started == [{"group": bob.id, "import": wanted}] * 6


def test_two_workers_do_not_do_the_same_work(bob: Group, started: list[Any]) -> None:
    wanted = upload(bob, rows(300))
    work_on(bob, wanted)
    import_people.confirm(bob.id, wanted)
    workers = [threading.Thread(target=import_people.run, args=(bob.id, wanted)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    done = work_on(bob, wanted)
    assert done.counts == Counts(new=300)
    assert totals(bob) == {"people": 300, "subscribed": 300}


def test_two_imports_of_the_same_people_at_once(bob: Group, started: list[Any]) -> None:
    both = [upload(bob, rows(300), tag=tag) for tag in ("one", "two")]
    for wanted in both:
        work_on(bob, wanted)
        import_people.confirm(bob.id, wanted)
    workers = [threading.Thread(target=import_people.run, args=(bob.id, wanted)) for wanted in both]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    counts = [work_on(bob, wanted).counts for wanted in both]
    assert sum(each.new for each in counts) == 300
    assert all(each.new + each.updated == 300 for each in counts)
    assert all(person.tags == {"one", "two"} for person in everyone(bob).values())
    assert totals(bob) == {"people": 300, "subscribed": 300}


def test_what_was_imported_before_it_was_stopped_is_counted(bob: Group, started: list[Any]) -> None:
    wanted = upload(bob, rows(100))
    work_on(bob, wanted)
    import_people.confirm(bob.id, wanted)
    write, batches = store.add_new_people, []

    def stop_in_the_third(*args: Any, **how: Any) -> Any:
        batches.append(1)
        if len(batches) == 3:
            import_people.stop(bob.id, wanted)
        return write(*args, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "add_new_people", stop_in_the_third)
        stopped = work_on(bob, wanted)
    assert (stopped.state, stopped.counts) == (State.STOPPED, Counts(new=60))
    assert len(everyone(bob)) == 60
    assert totals(bob) == {"people": 60, "subscribed": 60}


def test_a_file_that_was_changed_or_is_gone_is_not_imported(bob: Group, started: list[Any]) -> None:
    wanted = upload(bob, rows(10))
    work_on(bob, wanted)
    files.put(import_file.key(bob.id, wanted), b"email\nsomebody@example.org\n")
    import_people.confirm(bob.id, wanted)
    stopped = work_on(bob, wanted)
    assert stopped.state == State.STOPPED
    assert "Upload it again" in stopped.problem
    assert everyone(bob) == {}


def test_a_file_of_too_many_rows_is_refused(bob: Group, started: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_people, "MOST_ROWS", 30)
    stopped = work_on(bob, upload(bob, rows(100)))
    assert stopped.state == State.STOPPED
    assert "more than 30 rows" in stopped.problem


def test_a_heading_alone_brings_nobody(bob: Group, started: list[Any]) -> None:
    assert bring_in(bob, "email,name\n").counts == Counts()


def test_a_list_without_heading_loses_nobody(bob: Group, started: list[Any]) -> None:
    assert bring_in(bob, "ada@example.org,Ada\njose@example.org,José\n").counts == Counts(new=2)


@pytest.mark.parametrize(("number", "operation"), list(enumerate(["PutItem", "UpdateItem", "UpdateItem"])))
def test_a_step_whose_answer_was_lost_is_taken_all_the_same(
    bob: Group, started: list[Any], number: int, operation: str
) -> None:
    def step(taken: int) -> Any:
        return losing_a_reply("dynamodb", operation) if taken == number else nullcontext()

    with step(0):
        wanted = upload(bob, rows(30))
    with step(1):
        assert work_on(bob, wanted).state == State.CHECKED
    with step(2):
        assert import_people.confirm(bob.id, wanted)
    assert started == [{"group": bob.id, "import": wanted}] * 2
    assert work_on(bob, wanted).counts == Counts(new=30)


def test_nothing_begins_twice(bob: Group, started: list[Any]) -> None:
    wanted = upload(bob, rows(10))
    look = import_file.look(bob.id, wanted)
    assert isinstance(look, import_file.Look)
    assert import_people.start(bob.id, wanted, "bob@example.org", look.meanings, "") is None
    assert import_people.confirm(bob.id, wanted) is None
    work_on(bob, wanted)
    assert import_people.confirm(bob.id, wanted)
    assert import_people.confirm(bob.id, wanted) is None
