"""A run over many inputs on a Ray cluster: this process decides and tells; others, on any machine, read, make and write.

What is to be made, ``intake`` says, as it does for a run on one machine; the stages call what that calls. Imports no Ray.
"""

import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from itertools import count

from trans import owner
from trans.api import Translator
from trans.cluster_ray import RemoteLedger, Stages, start_ledger, stream
from trans.cluster_recipe import Recipe
from trans.cluster_session import Workers, ray_errors, session, workers
from trans.cluster_stages import BriefMaker, Made, Reader, Window, Writer
from trans.decide import Wanted
from trans.errors import TransError
from trans.exports import Wish
from trans.index_updates import IndexUpdates
from trans.intake import Intake
from trans.jobs import ToMake
from trans.locations import Location
from trans.manifest import Manifest
from trans.outcome import OnEvent, Outcome, Report
from trans.publish import Publisher
from trans.review_log import ReviewLog
from trans.revision import Revision
from trans.sources import Input
from trans.store import Store
from trans.telling import tell
from trans.watchlist import Watchlist

_log = logging.getLogger("trans")

# Articles that are decided about before they are sent off together. Workers load their models for each such slice, which takes
# them 10 to 20 seconds, so it holds an hour's work of a processor's worker (7 s an article), a quarter of one's on a GPU (50 ms).
# This process holds the slice, records of a dump with their text, in three forms.
_SLICE = 20_000
_SLICE_MOST = 200_000
_SLICE_A_CPU = 500
_SLICE_BYTES = 250_000_000

# Windows for each worker at least, however small they get: the last ones are not ready at the same time.
_WINDOWS = 4


class ClusterRun:
    """Runs a translator over inputs into an output folder. ``report`` tells what the last call has reached.

    ``address`` is ``local``, which starts Ray on this machine's processors, or ``auto``, which joins the cluster that this
    machine belongs to. ``translator`` decides what is to be made, and loads no weights; ``recipe`` is how workers build theirs:
    it must give the same. ``out``, and the inputs, must be where all machines reach them. With ``html`` among the formats the
    folder's index page follows the run; it lists ``notes`` on what was no input. ``reader``, ``maker`` and ``writer`` are the
    stages.
    """

    def __init__(
        self,
        translator: Translator,
        recipe: Recipe,
        out: Location,
        formats: Sequence[str],
        address: str,
        *,
        force: bool = False,
        limit: int | None = None,
        notes: Sequence[str] = (),
        only_reviewed: bool = False,
        watchlist: Watchlist | None = None,
        on_event: OnEvent | None = None,
        reader: type[Reader] = Reader,
        maker: type[BriefMaker] = BriefMaker,
        writer: type[Writer] = Writer,
    ) -> None:
        self._translator = translator
        self._recipe = recipe
        # A worker's current folder is another.
        self._out = out.absolute()
        self._wish = Wish(tuple(dict.fromkeys(("json", *formats))), only_reviewed=only_reviewed)
        self._address = address
        self._kinds = reader, maker, writer
        self._on_event = on_event or (lambda event: None)  # noqa: ARG005
        self._store = Store(out)
        self._manifest = Manifest(out)
        self._log = ReviewLog(out)
        keep = translator.profile.run.keep_versions
        revision = Revision(self._store, self._log, translator.recheck, manifest=self._manifest, keep=keep)
        self._publisher = Publisher(translator.recheck, self._store, self._manifest, self._wish, revision)
        self._index = IndexUpdates(out, notes, self._manifest, watchlist=watchlist) if "html" in formats else None
        self._settings = translator.profile.run
        wanted = Wanted(translator.provenance.hashes, self._wish, self._settings.max_attempts, force)
        self._intake = Intake(
            *(translator, self._store, self._manifest, self._publisher, wanted, self._tell, limit),
            forget=self._index.forget if self._index else lambda article_id: None,  # noqa: ARG005
        )
        self._session = ExitStack()
        self._started: tuple[Workers, RemoteLedger] | None = None
        self._numbers = count()
        self.report = Report()

    def __call__(self, inputs: Sequence[Input]) -> Report:
        """Do it. Raises ``TransError`` where the run as a whole can't go on; what was finished is then on disk."""
        self.report = Report()
        self._store.prepare()
        self._manifest.refresh()
        self._log.refresh()
        suspects: list[ToMake] = []
        with self._session:
            try:
                to_make = self._intake.to_make([replace(item, path=item.path.absolute()) for item in inputs])
                for articles in self._slices(to_make):
                    suspects += [article for article in articles if article.suspect]
                    suspects += self._send([article for article in articles if not article.suspect])
                # Last and alone: whatever the workers died with takes nobody along.
                self._send_alone(suspects)
                self._manifest.refresh()
                self._publisher.settle_kills()
                self._manifest.compact()
            except KeyboardInterrupt:
                self.report.interrupted = True
                self._take_back()
            except BaseException:
                self._take_back()
                raise
            finally:
                self._started = None
                if self._index:
                    self._index.finished()
        return self.report

    def _slices(self, to_make: Iterator[ToMake]) -> Iterator[list[ToMake]]:
        """Yield what is to be made in slices, the larger the more workers there are; without any nothing is started."""
        for first in to_make:
            pool, _ = self._start()
            size = min(max(_SLICE, pool.count * (_SLICE if pool.gpus else _SLICE_A_CPU)), _SLICE_MOST)
            articles, held = [first], _held(first)
            while len(articles) < size and held < _SLICE_BYTES and (one := next(to_make, None)):
                articles.append(one)
                held += _held(one)
            yield articles

    def _send(self, articles: Sequence[ToMake]) -> list[ToMake]:
        """Have articles made in windows; return those that are to be tried alone."""
        if not articles:
            return []
        pool, _ = self._start()
        size = min(self._settings.window_articles, math.ceil(len(articles) / (pool.count * _WINDOWS)))
        windows = [articles[start : start + size] for start in range(0, len(articles), size)]
        return self._take(windows, pool.calls, alone=False)

    def _send_alone(self, articles: Sequence[ToMake]) -> None:
        """Have articles made one by one, the least suspected first, and none beside another on a worker."""
        if not articles:
            return
        # Files that a worker wrote before it died are ours.
        self._manifest.refresh()
        latest = [(one, self._manifest.get(one.offer.id)) for one in sorted(articles, key=lambda one: one.died)]
        known = [replace(one, record=replace(one.record, known=now.known)) if now else one for one, now in latest]
        self._take([[one] for one in known], 1, alone=True)

    def _take(self, windows: Iterable[Sequence[ToMake]], calls: int, *, alone: bool) -> list[ToMake]:
        """Send windows off, so many at once to a worker, and tell what becomes of them; return what is to be tried alone."""
        pool, ledger = self._start()
        sent = {number: tuple(window) for number, window in zip(self._numbers, windows, strict=False)}
        hashes = self._translator.provenance.hashes
        reader, maker, writer = self._kinds
        stages = Stages(
            partial(reader, ledger),
            partial(maker, self._recipe, self._translator.device, hashes, ledger),
            partial(writer, self._out, self._wish, self._recipe, ledger),
        )
        suspects: list[ToMake] = []
        rows = [Window(number, window, alone) for number, window in sent.items()]
        # Closed before anything else is done: what is in work ends there.
        with closing(stream(rows, stages, replace(pool, calls=calls))) as results:
            for made in results:
                if made.stopped:
                    raise made.stopped
                if window := sent.pop(made.number, None):
                    self._finish(made)
                    suspects += (article for article in window if article.offer.id in made.put.suspects)
        if sent:
            raise TransError(
                f"The cluster lost {sum(map(len, sent.values()))} articles without a word",
                "Run again: they are made then.",
            )
        return suspects

    def _finish(self, made: Made) -> None:
        """Tell what became of a window."""
        if made.decoded:
            self._on_event(made.decoded)
        for failure, record in made.withdrawn:
            self._intake.fail(failure, record)
        self._tell(*made.put.given_up, *made.written)

    def _start(self) -> tuple[Workers, RemoteLedger]:
        """Start or join the cluster, and start the ledger, with the first article that is to be made."""
        if self._started is None:
            self._session.enter_context(session(self._address))
            with ray_errors():
                pool = workers(self._settings.cluster, self._translator.device)
                self._started = pool, start_ledger(self._out, self._settings.max_attempts, pool.count)
        return self._started

    def _take_back(self) -> None:
        """Take back the attempts of what was in work: nobody died."""
        if not self._started:
            return
        try:
            self._started[1].take_back()
            return
        except Exception as error:  # noqa: BLE001  (the disk, or the cluster, may be what stopped the run)
            _log.debug("%s", error)
        try:
            self._manifest.refresh()
            ours = [record for record in self._manifest.unfinished() if record.owner == owner.current()]
            self._manifest.append(
                replace(record, attempts=record.attempts - 1) for record in ours if record.status == "attempt"
            )
        except TransError as error:
            _log.debug("%s", error)

    def _tell(self, *outcomes: Outcome) -> None:
        tell(outcomes, self.report, self._on_event, self._index)


def _held(article: ToMake) -> int:
    """Return the bytes of text that an article carries: a record does, of a file there is only the name."""
    return article.offer.size if article.offer.mtime_ns < 0 else 0
