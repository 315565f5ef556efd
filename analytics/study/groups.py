"""The groups of a study, and the observations of each in columns of days, tested windows and paths."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analytics.study.abnormal import Abnormal
from analytics.study.clustering import Overlap, overlaps
from analytics.study.conventions import Scope
from analytics.study.panel import ALL, Column, Floats, Integers, StudyEvents
from analytics.study.residuals import GroupResiduals, Residuals
from analytics.study.sample import Sample
from analytics.study.spec import StudySpec, Window, days, inside, path


@dataclass(frozen=True, kw_only=True)
class Estimated:
    """What a study knows before it tests: n events and their estimates, in event_id order."""

    events: StudyEvents
    dates: Column
    """(n,) local date of session 0."""
    abnormal: Abnormal
    residuals: Residuals | None
    """None where no test that was asked for reads them."""
    spec: StudySpec


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The sample of one group and scope, and how its observations hang together."""

    group: str
    members: Integers
    """(n,) places of the observations among the study's events."""
    scope: Scope
    """day and window are tested; path, the sum from the first day to each day, is what a chart draws."""
    windows: tuple[Window, ...]
    """(T,) of the columns."""
    sample: Sample
    overlap: Overlap
    thin: Floats
    """(n,) share of estimation sessions without a return, or with one of 0."""

    @cached_property
    def key(self) -> dict[str, Column]:
        """Group and window of each column."""
        windows = np.array(self.windows, dtype=np.int64)
        return {
            "scope": np.full(len(windows), self.scope, dtype=object),
            "group": np.full(len(windows), self.group, dtype=object),
            "from_offset": windows[:, 0],
            "to_offset": windows[:, 1],
        }


@dataclass(frozen=True, kw_only=True)
class Group:
    """Some observations of a study: of its events on one security and session, the first."""

    name: str
    members: Integers
    """(n,) places of the observations among the study's events."""
    overlap: Overlap
    """Over days, tested windows and paths, in this order."""
    study: Estimated

    def judged(self) -> Iterator[Judged]:
        """Yield the samples of days, tested windows and paths, and keep none: of many events, memory holds one."""
        start, thin = 0, self._take(self.study.abnormal.thin)
        for scope, windows, sample in self._samples():
            overlap = self.overlap.part(slice(start, start + len(windows)))
            start += len(windows)
            yield Judged(
                group=self.name,
                members=self.members,
                scope=scope,
                windows=windows,
                sample=replace(sample, correlation=overlap.r),
                overlap=overlap,
                thin=thin,
            )
            del sample

    def _take(self, column: Floats) -> Floats:
        """Return the rows of the observations; without a copy where they are all."""
        return column if len(self.members) == len(column) else column.take(self.members, axis=0)

    def _samples(self) -> Iterator[tuple[Scope, tuple[Window, ...], Sample]]:
        spec, kept, found = self.study.spec, self.study.residuals, self.study.abnormal
        by_day, by_window, by_path = _columns(spec)
        ar = self._take(found.ar)
        daily = Sample(
            values=ar,
            summed=ar,
            factor=self._take(found.ar_factor),
            daily=None,
            inside=_inside(by_day, spec),
            correlation=np.full(len(by_day), np.nan),
            m=found.m[self.members],
            sigma=self._take(found.sigma),
            parameters=spec.parameters,
            positive=self._take(found.positive),
            security=self.study.events.security[self.members],
            date=self.study.dates[self.members],
            residuals=None if kept is None else GroupResiduals(study=kept, members=self.members),
            seed=spec.seed,
        )
        yield "day", by_day, daily
        car = self._take(found.car)
        tested = replace(daily, daily=daily, inside=_inside(by_window, spec), factor=self._take(found.car_factor))
        values = self._take(found.bhar) if spec.kind == "bhar" else car
        yield "window", by_window, replace(tested, values=values, summed=car)
        bare = replace(daily, values=car, summed=car, factor=car)
        del daily, tested, ar
        summed, factor = np.cumsum(self._take(found.ar), axis=1), self._take(found.path_factor)
        yield "path", by_path, replace(bare, values=summed, summed=summed, factor=factor, inside=_inside(by_path, spec))


def groups(study: Estimated, *, correlated: bool) -> list[Group]:
    """Return the group of all events, then one a tag in the order of names; overlaps are unknown unless asked for."""
    tags = dict(_tags(study.events))
    columns = _inside(sum(_columns(study.spec), ()), study.spec)
    if study.residuals is not None and correlated:
        sar = study.abnormal.sar
        present = np.isfinite(np.hstack([sar, study.abnormal.scar, np.cumsum(sar, axis=1)]))
        met = overlaps(study.residuals, list(tags.values()), columns, present)
    else:
        met = [Overlap.unknown(len(columns))] * len(tags)
    return [
        Group(name=name, members=members, overlap=overlap, study=study)
        for (name, members), overlap in zip(tags.items(), met, strict=True)
    ]


def _tags(events: StudyEvents) -> Iterator[tuple[str, Integers]]:
    yield ALL, _first_of_each(events.position, np.arange(len(events)))
    if events.group is not None:
        names, codes = np.unique(events.group, return_inverse=True)
        for i, name in enumerate(names):
            if name:
                yield str(name), _first_of_each(events.position, np.flatnonzero(codes == i))


def _first_of_each(position: Integers, events: Integers) -> Integers:
    """Return the first of some events on each security and session, in order; a row belongs to one security."""
    return events[np.sort(np.unique(position[events], return_index=True)[1])]


def _columns(spec: StudySpec) -> tuple[tuple[Window, ...], tuple[Window, ...], tuple[Window, ...]]:
    return days(spec.window), spec.tested, path(spec.window)


def _inside(windows: tuple[Window, ...], spec: StudySpec) -> tuple[slice, ...]:
    return tuple(inside(window, spec.window) for window in windows)
